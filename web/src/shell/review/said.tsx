/** What was said about an item, those comments included that are still on their way. */

import { Badge, Button, Group, Text as Words } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { call } from "@/api/call";
import type { Anchor, Comment, CommentBody } from "@/api/types";
import { useSpeech } from "../language";
import { sayName } from "../parts/person";
import { problemText } from "../parts/problem";
import { useToast } from "../toast";
import { FRAME } from "../words";
import type { OpenBench } from "../work/bench";
import { anchorOf } from "../work/returned";
import { REASONS, REVIEW, type Reason } from "./words";

export type ReviewDesk = "reviews" | "acceptances";

interface Props {
  readonly org: number;
  readonly project: number;
  readonly desk: ReviewDesk;
  readonly open: OpenBench;
  /** Given here and perhaps not sent yet. */
  readonly given: readonly CommentBody[];
}

export function Said({ org, project, desk, open, given }: Props): ReactNode {
  const { t } = useSpeech();
  const toast = useToast();
  const queries = useQueryClient();
  const { item } = open.ready.lease;
  const key = ["said", org, project, desk, item];
  const asked = useQuery({
    queryKey: key,
    queryFn: () =>
      call(`GET /api/v1/orgs/{org}/projects/{project}/${desk}/comments`, { path: { org, project }, query: { item } }),
  });
  const told = useMemo(() => asked.data?.items ?? [], [asked.data]);
  const waiting = given.filter((one) => !told.some(({ body, kind }) => body === one.body && kind === one.kind));
  if (told.length + waiting.length === 0) return null;
  const resolve = async (comment: Comment): Promise<void> => {
    try {
      await call(`POST /api/v1/orgs/{org}/projects/{project}/${desk}/comments/{comment}/resolve`, {
        path: { org, project, comment: comment.id },
        body: { resolved: !comment.resolved },
      });
      await queries.invalidateQueries({ queryKey: key });
    } catch (problem) {
      toast(problemText(problem, t(FRAME.offline)), "bad");
    }
  };
  return (
    <section className="gr-said" aria-label={t(REVIEW.said)} data-testid="said">
      {told.map((one) => (
        <Line
          key={one.id}
          who={one.author_name === null ? t(REVIEW.someone) : sayName(t, one.author_name)}
          kind={one.kind}
          body={one.body}
          anchor={one.anchor as Anchor | null}
          open={open}
          resolved={one.resolved}
          onResolve={() => void resolve(one)}
        />
      ))}
      {waiting.map((one) => (
        <Line
          key={one.client_id}
          who={t(REVIEW.you)}
          kind={one.kind ?? "note"}
          body={one.body ?? ""}
          anchor={one.anchor ?? null}
          open={open}
        />
      ))}
    </section>
  );
}

function Line(props: {
  readonly who: string;
  readonly kind: string;
  readonly body: string;
  readonly anchor: Anchor | null;
  readonly open: OpenBench;
  readonly resolved?: boolean;
  onResolve?(): void;
}): ReactNode {
  const { t } = useSpeech();
  const { anchor, open, resolved = false } = props;
  const where = anchor === null ? null : anchorOf({ anchor } as unknown as Comment, open);
  return (
    <Group gap="xs" wrap="nowrap" className="gr-said-line" data-resolved={resolved}>
      <Badge size="xs" variant="light" color={resolved ? "gray" : "orange"}>
        {t(REASONS[props.kind as Reason] ?? REASONS.note)}
      </Badge>
      <Words size="sm" className="gr-said-body">
        <b>{props.who}</b> {props.body}
      </Words>
      {where !== null && (
        <Button size="compact-xs" variant="subtle" onClick={() => open.bench.reveal(where)}>
          {t(REVIEW.where)}
        </Button>
      )}
      {props.onResolve !== undefined && (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={props.onResolve}>
          {t(resolved ? REVIEW.reopen : REVIEW.resolve)}
        </Button>
      )}
    </Group>
  );
}
