/** The parts every page is made of: its head, its states (loading, problem, empty) and lists that grow page by page. */

import { Button, Center, Group, Loader, Stack, Title, Text as Words } from "@mantine/core";
import { type UseQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useEffect } from "react";
import type { Text } from "@/core/words";
import { useSpeech } from "../language";
import { FRAME } from "../words";
import { ProblemView } from "./problem";

/** The title of a page with what can be done there; also the title of the window. */
export function PageHead(props: {
  readonly title: string;
  readonly about?: string;
  readonly children?: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${props.title} · Galley`;
  }, [props.title]);
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <div className="gs-page-head">
        <Title order={1} size="h3" style={{ overflowWrap: "anywhere" }}>
          {props.title}
        </Title>
        {props.about !== undefined && (
          <Words size="sm" c="dimmed" maw={760}>
            {props.about}
          </Words>
        )}
      </div>
      <Group gap="xs">{props.children}</Group>
    </Group>
  );
}

/** Nothing here yet: what this place is for, and what to do first. */
export function Empty(props: { readonly title: Text; readonly hint: Text; readonly children?: ReactNode }): ReactNode {
  const { t } = useSpeech();
  return (
    <Center py={48}>
      <Stack align="center" gap="xs" maw={520}>
        <Words fw={600}>{t(props.title)}</Words>
        <Words size="sm" c="dimmed" ta="center">
          {t(props.hint)}
        </Words>
        {props.children}
      </Stack>
    </Center>
  );
}

export function Waiting(): ReactNode {
  const { t } = useSpeech();
  return (
    <Center py={48} role="status" aria-label={t(FRAME.loading)}>
      <Loader size="sm" />
    </Center>
  );
}

/** What a query found, or why not yet. */
export function Found<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (found: T) => ReactNode;
}): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ProblemView problem={query.error} onAgain={() => void query.refetch()} />;
  return <Waiting />;
}

interface Paged<T> {
  readonly items: readonly T[];
  readonly next?: string | null;
}

/** A list of keyset pages: all rows loaded so far, and a button for the next. */
export function usePages<T>(
  key: readonly unknown[],
  ask: (after: string | undefined) => Promise<Paged<T>>,
  /** Asked again every second and a half as long as this says that something in them is still going on. */
  going: (rows: readonly T[]) => boolean = () => false,
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => ask(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Paged<T>) => last.next ?? undefined,
    refetchInterval: ({ state }) => (going(state.data?.pages.flatMap(({ items }) => items) ?? []) ? 1500 : false),
  });
  return { ...query, rows: query.data?.pages.flatMap(({ items }) => items) };
}

export function MorePages(props: {
  readonly pages: { readonly hasNextPage: boolean; readonly isFetchingNextPage: boolean; fetchNextPage(): unknown };
  readonly count: number;
}): ReactNode {
  const { t } = useSpeech();
  if (!props.pages.hasNextPage) {
    return (
      <Words size="xs" c="dimmed" ta="center" py="xs">
        {t(FRAME.all, { count: props.count })}
      </Words>
    );
  }
  return (
    <Center py="xs">
      <Button
        variant="default"
        size="xs"
        loading={props.pages.isFetchingNextPage}
        onClick={() => void props.pages.fetchNextPage()}
      >
        {t(FRAME.more)}
      </Button>
    </Center>
  );
}
