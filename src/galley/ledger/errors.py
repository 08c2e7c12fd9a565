"""What can be wrong with keys, notes, logs, proofs and statements; `because` says why in both languages."""

from galley.kernel.errors import InputError, IntegrityError, StateError
from galley.kernel.language import Text

__all__ = [
    "CheckpointError",
    "EntrySizeError",
    "EnvelopeError",
    "InclusionError",
    "KeyCorruptError",
    "KeyNameError",
    "KeyPermissionError",
    "LedgerCorruptError",
    "LogCorruptError",
    "LogOwnerError",
    "LogRangeError",
    "NoteError",
    "NoteSignatureError",
    "NoteUnsignedError",
    "OriginError",
    "PassphraseError",
    "PayloadTypeError",
    "ProofError",
    "SignatureError",
    "StatementError",
    "UnsignedError",
    "VerifierKeyError",
    "because",
]


def because(en: str, zh: str) -> dict[str, str]:
    """The facts `reason` and `reason_zh`, for errors whose text has both."""
    return {"reason": en, "reason_zh": zh}


# --- Notes and keys ----------------------------------------------------------------------------------------------


class NoteError(IntegrityError):
    """Bytes are not a C2SP signed note."""

    code = "GLY-LED-001"
    text = Text("This is not a signed note: {reason}.", "这不是有效的签名文本（signed note）：{reason_zh}。")
    hint = Text("Get the file again from its source; it was damaged on the way.", "请从来源重新获取该文件；它已损坏。")


class NoteSignatureError(IntegrityError):
    """A signature that claims to be by a known key does not verify."""

    code = "GLY-LED-002"
    text = Text("The signature of {key} does not verify.", "{key} 的签名验证失败。")
    hint = Text("The text was changed after it was signed. Do not trust it.", "文本在签名之后被改动，请勿信任。")


class NoteUnsignedError(IntegrityError):
    """No signature by any known key."""

    code = "GLY-LED-003"
    text = Text(
        "No known key signed this text; it carries signatures of: {found}.",
        "没有任何已知密钥签署此文本；其中的签名来自：{found}。",
    )
    hint = Text(
        "Check that you verify with the keys that the log's operator published.",
        "请确认使用的是日志运营方公布的验证密钥。",
    )


class CheckpointError(IntegrityError):
    """The text of a note is not a checkpoint."""

    code = "GLY-LED-004"
    text = Text("This is not a log checkpoint: {reason}.", "这不是日志检查点：{reason_zh}。")
    hint = NoteError.hint


class VerifierKeyError(InputError):
    """Text is not a verifier key we can use."""

    code = "GLY-LED-005"
    text = Text("'{given}' is not a verifier key: {reason}.", "“{given}”不是有效的验证密钥：{reason_zh}。")
    hint = Text(
        "A verifier key looks like name+8 hex digits+base64; copy it again, whole.",
        "验证密钥形如 名称+8 位十六进制+base64；请重新完整复制。",
    )


class KeyPermissionError(StateError):
    """A private key, or its folder, can be read by others."""

    code = "GLY-LED-010"
    text = Text(
        "{path} may be read by others (mode {mode}); a private key must not be.",
        "{path} 可被他人读取（权限 {mode}）；私钥不允许如此。",
    )
    hint = Text(
        "If nobody else saw it: chmod {wanted} {path}. Otherwise retire this key.",
        "若确认无人读取过：chmod {wanted} {path}；否则请停用此密钥。",
    )


class PassphraseError(InputError):
    """The passphrase of a key is wrong, missing, or given where none is needed."""

    code = "GLY-LED-011"
    text = Text("Cannot open the key {path}: {reason}.", "无法打开密钥 {path}：{reason_zh}。")
    hint = Text("Give the passphrase that the key was made with.", "请提供创建该密钥时使用的口令。")


class KeyCorruptError(IntegrityError):
    """A key file is damaged."""

    code = "GLY-LED-012"
    text = Text("The key file {path} is damaged: {reason}.", "密钥文件 {path} 已损坏：{reason_zh}。")
    hint = Text("Restore it from a backup.", "请从备份恢复。")


class KeyNameError(InputError):
    """A key has another name than expected, or a name that keys cannot have."""

    code = "GLY-LED-013"
    text = Text("'{name}' cannot name this key: {reason}.", "“{name}”不能作为此密钥的名称：{reason_zh}。")
    hint = Text(
        "A key keeps the name it was made with. Names have no spaces and no plus sign.",
        "密钥的名称在创建后不变；名称不得含空格和加号。",
    )


# --- The log -----------------------------------------------------------------------------------------------------


class LogCorruptError(IntegrityError):
    """A file of the log does not agree with its checkpoint."""

    code = "GLY-LED-020"
    text = Text("The log is damaged at {file}: {reason}.", "日志在 {file} 处已损坏：{reason_zh}。")
    hint = Text(
        "Nothing more is appended. Restore the log folder from a copy.",
        "日志不再追加任何内容。请从副本恢复日志文件夹。",
    )


class EntrySizeError(InputError):
    """An entry is too large for a bundle."""

    code = "GLY-LED-021"
    text = Text(
        "A log entry of {bytes} bytes is over the {limit} allowed.", "日志条目为 {bytes} 字节，超过上限 {limit}。"
    )
    hint = Text("Log a commitment to it instead.", "请改为记录其承诺值（哈希）。")


class LogRangeError(InputError):
    """A position outside the log."""

    code = "GLY-LED-022"
    text = Text("The log has {size} entries; {asked} is outside.", "日志共有 {size} 个条目，{asked} 超出范围。")


class LogOwnerError(StateError):
    """The log belongs to another key."""

    code = "GLY-LED-023"
    text = Text("The log in {folder} belongs to {found}, not to {key}.", "{folder} 中的日志属于 {found}，而非 {key}。")
    hint = Text("Use the key folder that belongs to this log.", "请使用属于该日志的密钥文件夹。")


class ProofError(IntegrityError):
    """Bytes are not a tlog-proof."""

    code = "GLY-LED-030"
    text = Text("This is not a log proof: {reason}.", "这不是日志证明：{reason_zh}。")
    hint = NoteError.hint


class InclusionError(IntegrityError):
    """A proof does not lead from the entry to the signed root."""

    code = "GLY-LED-031"
    text = Text(
        "The proof does not show this entry at index {index} of the log {origin}.",
        "该证明不能表明此条目位于日志 {origin} 的第 {index} 位。",
    )
    hint = Text(
        "The statement, the proof or its salt was changed, or the proof belongs to another statement.",
        "声明、证明或其盐值被改动，或该证明属于另一份声明。",
    )


class OriginError(IntegrityError):
    """A checkpoint of a log that was not asked for."""

    code = "GLY-LED-032"
    text = Text(
        "The checkpoint is of the log {origin}, which none of the keys names.",
        "检查点属于日志 {origin}，但没有密钥对应它。",
    )
    hint = NoteUnsignedError.hint


# --- Statements --------------------------------------------------------------------------------------------------


class EnvelopeError(IntegrityError):
    """Bytes are not a DSSE envelope."""

    code = "GLY-LED-040"
    text = Text("This is not a DSSE envelope: {reason}.", "这不是 DSSE 信封：{reason_zh}。")
    hint = NoteError.hint


class PayloadTypeError(IntegrityError):
    """An envelope holds something else than an in-toto statement."""

    code = "GLY-LED-041"
    text = Text(
        "The envelope holds '{found}', not an in-toto statement ({wanted}).",
        "信封内容类型为“{found}”，不是 in-toto 声明（{wanted}）。",
    )


class SignatureError(IntegrityError):
    """A signature of an envelope that names a known key does not verify."""

    code = "GLY-LED-042"
    text = Text("The signature of {key} on the statement does not verify.", "{key} 对该声明的签名验证失败。")
    hint = NoteSignatureError.hint


class UnsignedError(IntegrityError):
    """Too few known keys signed an envelope."""

    code = "GLY-LED-043"
    text = Text(
        "{found} of the known keys signed the statement; {wanted} must.",
        "已知密钥中有 {found} 个签署了该声明，至少需要 {wanted} 个。",
    )
    hint = Text("Check that you verify with the signers' published keys.", "请确认使用的是签署方公布的验证密钥。")


class StatementError(IntegrityError):
    """A payload is not a statement we accept."""

    code = "GLY-LED-044"
    text = Text("This is not an acceptable in-toto statement: {reason}.", "这不是可接受的 in-toto 声明：{reason_zh}。")
    hint = Text(
        "Statements are RFC 8785 canonical JSON with at least one named, hashed subject.",
        "声明须为 RFC 8785 规范 JSON，且至少有一个具名并带哈希的主体。",
    )


class LedgerCorruptError(IntegrityError):
    """A file kept beside the log does not agree with it."""

    code = "GLY-LED-050"
    text = Text("The ledger is damaged at {file}: {reason}.", "账本在 {file} 处已损坏：{reason_zh}。")
    hint = Text("Restore the ledger folder from a copy.", "请从副本恢复账本文件夹。")
