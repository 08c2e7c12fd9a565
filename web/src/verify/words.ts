/** What a check says. */

import { words } from "@/core/words";

export const TITLES = words({
  layout: { en: "Layout and manifest", zh: "目录结构与清单" },
  seal: { en: "Seal", zh: "封存清单" },
  presence: { en: "Files present", zh: "文件齐全" },
  files: { en: "Sizes and SHA-256", zh: "大小与 SHA-256" },
  root: { en: "Release root", zh: "发布根哈希" },
  "record-root": { en: "Record root", zh: "记录根哈希" },
  signatures: { en: "Signatures", zh: "签名" },
  subjects: { en: "Statement subjects", zh: "声明对象" },
  contents: { en: "Statement contents", zh: "声明内容" },
  log: { en: "Transparency log", zh: "透明日志" },
  certificate: { en: "Certificate", zh: "证书" },
  records: { en: "Records", zh: "记录" },
});

export const SAYS = words({
  // layout, seal
  unreadable: { en: "it cannot be read: {why}", zh: "无法读取：{why}" },
  notJson: { en: "it is not JSON", zh: "不是合法的 JSON" },
  notCanonical: { en: "it is not canonical JSON (RFC 8785)", zh: "不是规范形式的 JSON（RFC 8785）" },
  otherFormat: { en: "its format is not {format}", zh: "格式不是 {format}" },
  members: { en: "its members are not those of {format}", zh: "成员与 {format} 不符" },
  entry: {
    en: "{path}: a listed file has no safe path, size and SHA-256",
    zh: "{path}：清单条目的路径、大小或 SHA-256 不合规",
  },
  belongs: { en: "{path} does not belong into it", zh: "{path} 不应列于其中" },
  order: { en: "{path} is out of order or listed twice", zh: "{path} 次序错误或重复" },
  rootFollows: { en: "its root does not follow from its entries", zh: "根哈希与条目不符" },
  layoutGood: {
    en: "{name} {version}: {rows} records in {files} files",
    zh: "{name} {version}：{files} 个文件，{rows} 条记录",
  },
  rootExpected: { en: "its root is not the one you expected, {root}", zh: "根哈希与您给定的 {root} 不符" },
  unsealed: { en: "there is none: nobody has signed this release", zh: "缺失：该发布未经任何人签署" },
  otherRoot: { en: "it is about another root, {root}", zh: "对应另一根哈希 {root}" },
  sealGood: { en: "{count} sealed files", zh: "{count} 个封存文件" },
  notLaid: { en: "not checked, because the manifest does not hold", zh: "清单不成立，未检查" },
  // presence, files
  extra: { en: "it is in no list", zh: "不在任何清单中" },
  missing: { en: "it is missing", zh: "缺失" },
  presenceGood: { en: "all {count}, and no others", zh: "共 {count} 个，无多余文件" },
  presenceServed: {
    en: "all {count} listed files could be asked for; a server shows no file that is in no list, so extra files can only be found in a folder",
    zh: "清单中的 {count} 个文件均可获取；服务器不展示清单之外的文件，多余文件只能在目录中检查",
  },
  size: { en: "it has {found} bytes, not {wanted}", zh: "大小为 {found} 字节，应为 {wanted}" },
  hash: { en: "its SHA-256 differs", zh: "SHA-256 不符" },
  filesGood: { en: "{bytes} bytes hashed in {files} files", zh: "已校验 {files} 个文件，共 {bytes} 字节" },
  withheld: {
    en: "not read: this account may not take data away, so the server does not send it",
    zh: "未读取：当前账号无权导出数据，服务器不提供该文件",
  },
  rootGood: { en: "{root}", zh: "{root}" },
  rootHurt: { en: "{count} of its files are not intact", zh: "其中 {count} 个文件不完好" },
  rootUnread: { en: "{count} of its files were not read", zh: "其中 {count} 个文件未读取" },
  recordsDamaged: {
    en: "not checked, because its hashes are damaged or were not read",
    zh: "记录哈希文件已损坏或未读取，未检查",
  },
  recordsGap: { en: "its records are not those that follow", zh: "记录范围不连续" },
  recordsRoot: { en: "the record hashes do not give it", zh: "与记录哈希不符" },
  recordsGood: { en: "{count} record hashes", zh: "{count} 个记录哈希" },
  // keys and signatures
  key: { en: "a key is malformed: {given}", zh: "公钥格式错误：{given}" },
  note: { en: "a signed note is malformed", zh: "签名文本格式错误" },
  noteSignature: { en: "the signature of {key} does not fit", zh: "{key} 的签名不成立" },
  noteUnsigned: { en: "none of the known keys signed it", zh: "没有任何已知公钥签署" },
  checkpoint: { en: "a checkpoint is malformed", zh: "检查点格式错误" },
  origin: { en: "no known key is called {origin}", zh: "没有名为 {origin} 的已知公钥" },
  envelope: { en: "it is no DSSE envelope", zh: "不是 DSSE 信封" },
  payloadType: { en: "its payload is no in-toto statement", zh: "载荷不是 in-toto 声明" },
  statement: { en: "its statement is malformed or not canonical", zh: "声明格式错误或非规范形式" },
  proof: { en: "the log proof is malformed", zh: "日志证明格式错误" },
  inclusion: {
    en: "the proof does not lead from this statement to the log's root",
    zh: "证明无法由该声明推得日志根哈希",
  },
  keysMissing: { en: "it is missing: no key to verify with", zh: "缺失：没有可用于验证的公钥" },
  noSeal: { en: "not checked, because there is no valid seal", zh: "封存清单不可用，未检查" },
  noCrypto: {
    en: "not done in this browser: {why}. Run `galley verify` on the folder.",
    zh: "当前浏览器无法执行：{why}。请对目录运行 `galley verify`。",
  },
  insecure: {
    en: "it offers signatures only over https or on this machine",
    zh: "浏览器仅在 https 或本机地址下提供签名验证",
  },
  noEd25519: { en: "it does not know Ed25519", zh: "浏览器不支持 Ed25519" },
  noRelease: { en: "no valid release statement is among them", zh: "其中没有有效的发布声明" },
  signaturesGood: {
    en: "{count} statements by {who} (keys of the release itself)",
    zh: "{count} 份声明，签署者 {who}（密钥来自发布本身）",
  },
  signaturesPinned: {
    en: "{count} statements by {who} (the keys you gave)",
    zh: "{count} 份声明，签署者 {who}（您给定的公钥）",
  },
  // subjects, contents, log
  subject: { en: "it is about another root: {root}", zh: "其对象为另一根哈希：{root}" },
  subjectsGood: { en: "{count} statements about this release", zh: "{count} 份声明均指向本发布" },
  binds: { en: "it binds another {path}", zh: "其绑定的 {path} 与本发布不符" },
  saysOther: { en: "it says another {name} than the manifest", zh: "其 {name} 与清单不符" },
  unbound: { en: "it does not bind {paths}", zh: "未绑定 {paths}" },
  certifiesNothing: { en: "it certifies, but the release holds no certificate", zh: "声明了证书，但发布中没有证书" },
  otherCertificate: { en: "its certificate is not the released one", zh: "其证书与发布中的证书不符" },
  contentsGood: { en: "they agree with the manifest and the evidence", zh: "与清单和证据一致" },
  absent: { en: "it is missing or damaged", zh: "缺失或已损坏" },
  forked: { en: "the log showed two different trees of one size", zh: "日志对同一规模给出了两棵不同的树" },
  idle: { en: "it proves no statement of this release", zh: "不对应本发布的任何声明" },
  logGood: { en: "{count} proofs in {logs}", zh: "{count} 份证明，位于 {logs}" },
  // certificate
  certificateDamaged: { en: "not checked, because it is damaged or was not read", zh: "证书已损坏或未读取，未检查" },
  certificateNone: { en: "none was issued", zh: "未签发证书" },
  certificateShape: { en: "it cannot be recomputed: {why}", zh: "无法重新计算：{why}" },
  certificateFails: { en: "{number} {name}: does not hold that {en}", zh: "{number} {name}：不成立：{zh}" },
  certificateFront: { en: "what is said of it in front differs from it: {names}", zh: "其摘要与证书不符：{names}" },
  certificateGood: {
    en: "draw, verdicts and bound recomputed, and the same. Not done in the browser: that the labels in the Parquet files are the certified ones (`galley verify` does)",
    zh: "抽样、判定与上界均已重新计算且一致。浏览器中未检查：Parquet 文件中的标签是否即为认证标签（`galley verify` 会检查）",
  },
  parquet: {
    en: "not done in the browser: the rows are in Parquet files, which no browser reads. `galley verify --records` does it on the folder; the hashes of the files themselves were checked above",
    zh: "浏览器中未执行：记录位于浏览器无法读取的 Parquet 文件中。可对目录运行 `galley verify --records`；文件本身的哈希已在上方检查",
  },
});

/** What each of the nine checks of a certificate asserts. */
export const ASSERTS = words({
  items: { en: "the list of items is the certified one", zh: "数据清单与证书一致" },
  audits: { en: "the audit records are the certified ones", zh: "抽检记录与证书一致" },
  commitments: { en: "orders and machine labels are the committed ones", zh: "顺序与机器标签和承诺一致" },
  rounds: { en: "budgets and risk follow from the terms", zh: "错误额度与风险分配符合条款" },
  draw: { en: "the sample is the one the commitment drew", zh: "抽样由承诺唯一确定" },
  labels: { en: "audited labels are the committed ones and verdicts follow", zh: "被检标签与承诺一致且判定正确" },
  human: { en: "human labels are the committed ones", zh: "人工标签与承诺一致" },
  bounds: { en: "counts and bounds recompute", zh: "计数与上界可复算" },
  issued: { en: "the certificate was issued", zh: "证书已签发" },
});

/** The checks of one line of the audit. */
export const LINE = words({
  line: { en: "The line is what this page shows", zh: "记录与页面所示一致" },
  root: { en: "The line is under its seal", zh: "记录在其封存之下" },
  statement: { en: "The seal is signed", zh: "封存已签名" },
  log: { en: "The seal is in the transparency log", zh: "封存在透明日志中" },
});

export const LINE_SAYS = words({
  lineGood: { en: "what was hashed is what is shown", zh: "被哈希的内容即为所示内容" },
  otherLine: { en: "what was hashed is another line than the one shown", zh: "被哈希的内容与所示记录不同" },
  notUnder: { en: "the hashes do not lead to the root of seal {seal}", zh: "哈希无法推得封存 {seal} 的根" },
  rootGood: { en: "one of {rows} lines under seal {seal}", zh: "封存 {seal} 共 {rows} 行，该记录为其中之一" },
  statementGood: { en: "signed by {who}", zh: "签署者 {who}" },
  otherSeal: { en: "the statement is about another seal", zh: "声明针对的是另一封存" },
  unlogged: { en: "not yet: the seal is stated in the log within minutes", zh: "尚未：封存将在几分钟内写入日志" },
  noKeys: {
    en: "not done: paste the keys that were published (log.key.vkey and signer.key.vkey)",
    zh: "未执行：请粘贴已公布的公钥（log.key.vkey 与 signer.key.vkey）",
  },
  logGood: { en: "entry {index} of {origin}, {size} entries", zh: "{origin} 的第 {index} 项，共 {size} 项" },
});
