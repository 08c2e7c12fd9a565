/** Why an answer came back: the reason, what was said and where, and a place to answer. */

import { Alert, Button, Group, Stack, Textarea, Text as Words } from "@mantine/core";
import { IconFocus2 } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { call } from "@/api/call";
import type { Comment } from "@/api/types";
import { newId } from "@/core/ids";
import { type Text, words } from "@/core/words";
import type { Anchor } from "@/host/editor";
import type { Desk } from "@/outbox/model";
import { useSpeech } from "../language";
import { sayName } from "../parts/person";
import { problemText } from "../parts/problem";
import { useToast } from "../toast";
import { FRAME } from "../words";
import type { OpenBench } from "./bench";

const SAYS = words({
  title: { en: "Returned: {reason}", zh: "退回原因：{reason}" },
  show: { en: "Show where", zh: "定位" },
  answer: { en: "Answer", zh: "回复" },
  placeholder: { en: "Say what you changed, or why not", zh: "说明您改了什么，或为何不改" },
  sent: { en: "Your answer was added.", zh: "已添加回复。" },
  someone: { en: "Reviewer", zh: "审核员" },
  wrong: { en: "wrong", zh: "标注错误" },
  missing: { en: "something is missing", zh: "有遗漏" },
  extra: { en: "too much is marked", zh: "多标" },
  imprecise: { en: "not exact enough", zh: "不够精确" },
  guideline: { en: "against the guideline", zh: "不符合规范" },
  other: { en: "for another reason", zh: "其他原因" },
  noReason: { en: "no reason given", zh: "未填写原因" },
  fold: { en: "Fold", zh: "收起" },
  unfold: { en: "Read {count} {count:comment|comments}", zh: "查看 {count} 条意见" },
});

interface Props {
  readonly org: number;
  readonly project: number;
  readonly desk: Desk;
  readonly open: OpenBench;
}

export function ReturnedNotes({ org, project, desk, open }: Props): ReactNode {
  const { t, format } = useSpeech();
  const [folded, fold] = useState(false);
  const { lease } = open.ready;
  const key = ["returned", org, project, lease.slot, lease.attempt];
  const asked = useQuery({
    queryKey: key,
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/work/slots/{slot}/returned", {
        path: { org, project, slot: lease.slot },
      }),
    enabled: desk === "work",
  });
  const comments = useMemo(() => (asked.data ?? []).flatMap((one) => one.comments ?? []), [asked.data]);
  useEffect(() => {
    open.bench.mark(comments.flatMap((comment) => anchorOf(comment, open) ?? []));
    return () => open.bench.mark([]);
  }, [open, comments]);
  const newest = asked.data?.[0];
  const reason = t(wordsOf(newest?.reason ?? lease.before?.reason ?? null));
  const note = newest?.note || lease.before?.note;
  return (
    <Alert color="orange" title={t(SAYS.title, { reason })} className="gw-returned" data-keys="own">
      <Stack gap={6}>
        {note && <Words size="sm">{note}</Words>}
        {comments.length > 0 && (
          <Button size="compact-xs" variant="subtle" w="fit-content" onClick={() => fold(!folded)}>
            {t(folded ? SAYS.unfold : SAYS.fold, { count: comments.length })}
          </Button>
        )}
        {!folded &&
          comments.map((comment) => (
            <Group key={comment.id} gap="xs" wrap="nowrap" align="flex-start">
              <Words size="sm" className="gw-comment">
                <b>{comment.author_name === null ? t(SAYS.someone) : sayName(t, comment.author_name)}</b> {comment.body}{" "}
                <span className="gw-dim">{format.time(comment.created_at)}</span>
              </Words>
              {comment.anchor !== null && (
                <Button
                  size="compact-xs"
                  variant="default"
                  leftSection={<IconFocus2 size={14} />}
                  onClick={() => {
                    const anchor = anchorOf(comment, open);
                    if (anchor !== null) open.bench.reveal(anchor);
                  }}
                >
                  {t(SAYS.show)}
                </Button>
              )}
            </Group>
          ))}
        {!folded && <AnswerBack org={org} project={project} slot={newest?.slot ?? lease.slot} asked={key} />}
      </Stack>
    </Alert>
  );
}

/** As the server has them: `galley.annotate.model.RETURN_REASONS`. */
function wordsOf(reason: string | null): Text {
  if (reason === null) return SAYS.noReason;
  const known = ["wrong", "missing", "extra", "imprecise", "guideline", "other"] as const;
  const found = known.find((one) => one === reason);
  return found === undefined ? { en: reason, zh: reason } : SAYS[found];
}

function AnswerBack(props: {
  readonly org: number;
  readonly project: number;
  readonly slot: number;
  readonly asked: readonly unknown[];
}): ReactNode {
  const { t } = useSpeech();
  const toast = useToast();
  const queries = useQueryClient();
  const [body, setBody] = useState("");
  const [busy, setBusy] = useState(false);
  // One id for one text: sending it again after a dead network adds nothing.
  const [clientId, setClientId] = useState(newId);
  const send = async (): Promise<void> => {
    setBusy(true);
    try {
      await call("POST /api/v1/orgs/{org}/projects/{project}/work/slots/{slot}/comments", {
        path: { org: props.org, project: props.project, slot: props.slot },
        body: { client_id: clientId, body },
      });
      setBody("");
      setClientId(newId());
      toast(t(SAYS.sent), "good");
      await queries.invalidateQueries({ queryKey: props.asked });
    } catch (problem) {
      toast(problemText(problem, t(FRAME.offline)), "bad");
    } finally {
      setBusy(false);
    }
  };
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <Textarea
        className="gw-comment"
        size="xs"
        autosize
        minRows={1}
        maxRows={4}
        maxLength={4000}
        placeholder={t(SAYS.placeholder)}
        aria-label={t(SAYS.answer)}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      <Button size="xs" variant="default" loading={busy} disabled={body.trim() === ""} onClick={() => void send()}>
        {t(SAYS.answer)}
      </Button>
    </Group>
  );
}

/** Where in the editor a comment points: a region by its id or its place in the list, a stretch, or a control. */
export function anchorOf(comment: Comment, { bench }: Pick<OpenBench, "bench">): Anchor | null {
  const told = comment.anchor as {
    control?: string | null;
    region?: string | null;
    start?: number | null;
    end?: number | null;
    unit?: "text" | "time" | null;
  } | null;
  if (told === null) return null;
  const control = told.control ?? undefined;
  const id = told.region == null ? undefined : regionOf(told.region, control, bench.store);
  return {
    ...(control === undefined ? {} : { control }),
    ...(id === undefined ? {} : { id }),
    ...(told.start == null ? {} : { start: told.start }),
    ...(told.end == null ? {} : { end: told.end }),
    ...(told.unit == null ? {} : { unit: told.unit }),
  };
}

function regionOf(region: string, control: string | undefined, store: OpenBench["bench"]["store"]): string | undefined {
  if (store.get(region) !== undefined) return region;
  if (control === undefined || !/^\d+$/.test(region)) return undefined;
  return [...store.of(control)].filter(({ of }) => of === undefined)[Number(region)]?.id;
}
