/** What was said about answers of a project and is not dealt with yet. */

import { Badge, Button, Card, Group, Stack, Switch, Textarea, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { Comment } from "@/api/types";
import { newId } from "@/core/ids";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { useDo } from "../manage/parts/ask";
import { Empty, Found, MorePages, PageHead, usePages, Waiting } from "../parts/page";
import { sayName } from "../parts/person";
import { ProblemView } from "../parts/problem";
import { useSession } from "../session";
import { SAID } from "./leads-words";
import type { ReviewDesk } from "./said";
import { PAGES, REASONS, REVIEW, type Reason } from "./words";
import "./review.css";

export default function CommentsPage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const { roles } = useSession();
  const [all, showAll] = useState(false);
  const [opened, open] = useState<number | null>(null);
  const mine = roles(org, project);
  // Those who review may read and answer by their desk; a client by theirs.
  const desk: ReviewDesk = ["reviewer", "manager", "owner"].some((role) => mine.has(role as "owner"))
    ? "reviews"
    : "acceptances";
  const key = ["comments", org, project, desk];
  const pages = usePages([...key, all], (after) =>
    call(`GET /api/v1/orgs/{org}/projects/{project}/${desk}/comments/all`, {
      path: { org, project },
      query: { resolved: all, ...(after === undefined ? {} : { after }) },
    }),
  );
  const { rows } = pages;
  return (
    <>
      <PageHead title={t(PAGES.comments)} about={t(SAID.about)}>
        <Switch label={t(SAID.all)} checked={all} onChange={(event) => showAll(event.currentTarget.checked)} />
      </PageHead>
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {rows === undefined && pages.error === null && <Waiting />}
      {rows?.length === 0 && <Empty title={SAID.none} hint={SAID.noneHint} />}
      {rows !== undefined && rows.length > 0 && (
        <Stack gap="xs">
          {rows.map((one) => (
            <One
              key={one.id}
              comment={one}
              path={{ org, project }}
              desk={desk}
              stale={key}
              opened={opened === one.id}
              onOpen={() => open(opened === one.id ? null : one.id)}
            />
          ))}
          <MorePages pages={pages} count={rows.length} />
        </Stack>
      )}
    </>
  );
}

interface OneProps {
  readonly comment: Comment;
  readonly path: { readonly org: number; readonly project: number };
  readonly desk: ReviewDesk;
  readonly stale: readonly unknown[];
  readonly opened: boolean;
  onOpen(): void;
}

function One({ comment, path, desk, stale, opened, onOpen }: OneProps): ReactNode {
  const { t } = useSpeech();
  const resolve = useDo({
    run: () =>
      call(`POST /api/v1/orgs/{org}/projects/{project}/${desk}/comments/{comment}/resolve`, {
        path: { ...path, comment: comment.id },
        body: { resolved: !comment.resolved },
      }),
    stale: [stale],
  });
  return (
    <Card withBorder padding="sm" data-testid="comment">
      <Line comment={comment} />
      <Group gap="xs" mt={6}>
        <Button size="compact-xs" variant="light" aria-expanded={opened} onClick={onOpen}>
          {t(SAID.answer)}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          loading={resolve.isPending}
          onClick={() => resolve.mutate(undefined)}
        >
          {t(comment.resolved ? REVIEW.reopen : REVIEW.resolve)}
        </Button>
      </Group>
      {opened && <Thread comment={comment} path={path} desk={desk} stale={stale} />}
    </Card>
  );
}

/** What an item is known by: how it begins, else its id, of which a digest's first digits are enough. */
function itemTitle({ item, beginning }: Comment): string {
  return beginning ?? (/^[0-9a-f]{20,}$/.test(item) ? `#${item.slice(0, 6)}` : item);
}

function Line({ comment }: { readonly comment: Comment }): ReactNode {
  const { t, format } = useSpeech();
  const anchor = comment.anchor as { control?: string | null; region?: string | null } | null;
  const place = [anchor?.control, anchor?.region == null ? null : `#${Number(anchor.region) + 1}`].filter(Boolean);
  return (
    <>
      <Group gap="xs">
        <Badge size="sm" variant="light" color={comment.resolved ? "gray" : "orange"}>
          {t(REASONS[comment.kind as Reason] ?? REASONS.note)}
        </Badge>
        <Words size="sm" fw={600}>
          {comment.author_name === null ? t(REVIEW.someone) : sayName(t, comment.author_name)}
        </Words>
        <Words size="xs" c="dimmed" truncate maw={480} title={comment.item}>
          {format.time(comment.created_at)} · {itemTitle(comment)}
          {place.length > 0 && ` · ${t(SAID.where, { place: place.join(" ") })}`}
        </Words>
      </Group>
      <Words size="sm" className="gr-wrap" mt={4}>
        {comment.body}
      </Words>
    </>
  );
}

function Thread({ comment, path, desk, stale }: Omit<OneProps, "opened" | "onOpen">): ReactNode {
  const { t } = useSpeech();
  const [body, set] = useState("");
  const key = ["thread", path, desk, comment.item];
  const thread = useQuery({
    queryKey: key,
    queryFn: () =>
      call(`GET /api/v1/orgs/{org}/projects/{project}/${desk}/comments`, {
        path: { ...path },
        query: { item: comment.item },
      }),
  });
  const [sent, resend] = useState(newId);
  const answer = useDo({
    run: () =>
      call(`POST /api/v1/orgs/{org}/projects/{project}/${desk}/slots/{slot}/comments`, {
        path: { ...path, slot: comment.slot },
        body: {
          client_id: sent,
          kind: "note",
          body: body.trim(),
          ...(comment.anchor === null ? {} : { anchor: comment.anchor as never }),
        },
      }),
    stale: [key, stale],
    onDone: () => {
      set("");
      resend(newId());
    },
  });
  return (
    <Stack gap="xs" mt="sm" className="gr-thread">
      <Words size="xs" c="dimmed">
        {t(SAID.thread)}
      </Words>
      <Found query={thread}>
        {({ items }) =>
          items.map((one) => (
            <div key={one.id}>
              <Line comment={one} />
            </div>
          ))
        }
      </Found>
      <Textarea
        aria-label={t(SAID.answer)}
        autosize
        minRows={2}
        maxLength={10_000}
        value={body}
        onChange={(event) => set(event.currentTarget.value)}
      />
      <Group>
        <Button
          size="xs"
          disabled={body.trim() === ""}
          loading={answer.isPending}
          onClick={() => answer.mutate(undefined)}
        >
          {t(SAID.send)}
        </Button>
      </Group>
    </Stack>
  );
}
