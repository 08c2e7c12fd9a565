/** Side by side: another answer to the same item, or the bare record, and every difference to the answer in front. */

import { Badge, Button, Group, SegmentedControl, Text as Words } from "@mantine/core";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Candidate } from "@/api/types";
import type { Entity, Labels } from "@/core/entity";
import { newId } from "@/core/ids";
import { isObject, type Json } from "@/core/json";
import { attributesOf, type Control, choicesOf, choiceTitle, titleOf } from "@/core/schema";
import type { Language } from "@/core/words";
import type { Anchor } from "@/host/editor";
import type { Workbench } from "@/host/workbench";
import { readLabels } from "@/labels/kinds";
import { summaryOf } from "@/labels/summary";
import { useSpeech } from "../language";
import { useToast } from "../toast";
import type { OpenBench } from "../work/bench";
import { type Shown, useAnswerBench } from "./answer-bench";
import { type Difference, differences } from "./diff";
import { BESIDE, FIELDS, REASONS, type Reason } from "./words";

/** What can stand beside: a candidate, or the record without any answer. */
export interface Choice {
  readonly id: string;
  readonly candidate: Candidate | null;
}

export function choicesOfCandidates(candidates: readonly Candidate[]): readonly Choice[] {
  return [
    ...candidates.map((candidate, at) => ({ id: `${candidate.kind}/${at}`, candidate })),
    { id: "record", candidate: null },
  ];
}

export function useCandidateName(): (candidate: Candidate | null) => string {
  const { t } = useSpeech();
  return useCallback(
    (candidate) => {
      if (candidate === null) return t(BESIDE.record);
      // A model need not say its version.
      if (candidate.kind === "prelabel" && candidate.name === "") return t(BESIDE.nameless);
      return t(BESIDE[candidate.kind], { name: candidate.name });
    },
    [t],
  );
}

interface BesideProps {
  readonly open: OpenBench;
  readonly choices: readonly Choice[];
  readonly chosen: number;
  onChoose(index: number): void;
  /** The step through differences, told by the page's keys. */
  readonly stepper: { current: ((by: number) => void) | null };
  /** Adjudication: start from this one. */
  onTake?(candidate: Candidate): void;
}

export function Beside({ open, choices, chosen, onChoose, stepper, onTake }: BesideProps): ReactNode {
  const { t, format, language } = useSpeech();
  const nameOf = useCandidateName();
  const toast = useToast();
  const place = useRef<HTMLDivElement>(null);
  const choice = choices[Math.min(chosen, choices.length - 1)]!;
  const { lease, schema, media } = open.ready;
  const shown = useMemo<Shown>(
    () => ({
      key: `${lease.slot}/${choice.id}`,
      schema,
      content: lease.content,
      labels: choice.candidate?.body as Json | undefined,
      media,
    }),
    [lease, schema, media, choice],
  );
  const there = useAnswerBench(place, shown, { language, readOnly: true, onNotice: toast });
  const rival = onTake === undefined ? null : rivalOf(choices, choice);
  const { found, against } = useDifferences(open, there?.bench ?? null, choice.candidate !== null, rival);
  const { at, go } = useSteps(against === null ? open.bench : null, there?.bench ?? null, found);
  useEffect(() => {
    stepper.current = (by) => go((at ?? (by > 0 ? -1 : 0)) + by);
    return () => {
      stepper.current = null;
    };
  }, [stepper, at, go]);
  return (
    <aside className="gr-beside" aria-label={t(BESIDE.beside)}>
      <Group className="gr-beside-head" gap="xs" wrap="nowrap">
        <SegmentedControl
          size="xs"
          aria-label={t(BESIDE.beside)}
          value={choice.id}
          data={choices.map(({ id, candidate }) => ({ value: id, label: nameOf(candidate) }))}
          onChange={(id) => onChoose(choices.findIndex((one) => one.id === id))}
        />
        {onTake !== undefined && choice.candidate !== null && (
          <Button size="compact-xs" variant="light" onClick={() => choice.candidate && onTake(choice.candidate)}>
            {t(BESIDE.takes)} <kbd className="gw-kbd">Alt+T</kbd>
          </Button>
        )}
      </Group>
      <About candidate={choice.candidate} share={(score) => format.percent(score, 0)} time={format.time} />
      <div ref={place} className="gr-beside-bench" />
      {choice.candidate !== null && (
        <DifferenceList
          found={found}
          between={
            against === null ? "" : t(BESIDE.between, { left: nameOf(against), right: nameOf(choice.candidate) })
          }
          at={at}
          schema={schema.controls}
          content={lease.content}
          onPick={go}
        />
      )}
    </aside>
  );
}

/** While one's own answer is empty an opinion is compared with the next one. */
function rivalOf(choices: readonly Choice[], choice: Choice): Candidate | null {
  const opinions = choices.filter(({ candidate }) => candidate?.kind === "answer");
  const at = opinions.indexOf(choice);
  return at < 0 || opinions.length < 2 ? null : opinions[(at + 1) % opinions.length]!.candidate;
}

function About(props: {
  readonly candidate: Candidate | null;
  readonly share: (score: number) => string;
  readonly time: (at: string) => string;
}): ReactNode {
  const { t } = useSpeech();
  const { candidate } = props;
  if (candidate === null) return null;
  const told = [
    candidate.at ? props.time(candidate.at) : "",
    candidate.score == null ? "" : t(BESIDE.sure, { share: props.share(candidate.score) }),
    candidate.reason ? t(BESIDE.returnedFor, { reason: t(REASONS[candidate.reason as Reason] ?? REASONS.other) }) : "",
    candidate.note ?? "",
  ].filter((one) => one !== "");
  return told.length === 0 ? null : (
    <Words size="xs" c="dimmed" px="xs" py={4}>
      {told.join(" · ")}
    </Words>
  );
}

interface Compared {
  readonly found: readonly Difference[];
  /** The opinion that what stands beside is compared with; null: the answer in front. */
  readonly against: Candidate | null;
}
const ALIKE: Compared = { found: [], against: null };

/** The differences now, told anew after every change of the answer in front. */
function useDifferences(
  open: OpenBench,
  there: Workbench | null,
  compared: boolean,
  rival: Candidate | null,
): Compared {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    let asked = 0;
    const stop = open.bench.store.listen(() => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => setVersion((now) => now + 1));
    });
    return () => {
      cancelAnimationFrame(asked);
      stop();
    };
  }, [open]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the store is outside React; its version says that it changed
  return useMemo(() => {
    if (there === null || !compared) return ALIKE;
    const { schema } = open.ready;
    const [here, beside] = [[...open.bench.store.all()], [...there.store.all()]];
    if (here.length > 0 || rival === null || !isObject(rival.body)) {
      return { found: differences(schema, beside, here), against: null };
    }
    const other = readLabels(schema, rival.body as Labels, newId);
    return { found: differences(schema, other, beside), against: rival };
  }, [open, there, compared, rival, version]);
}

/** Without a bench in front what stands beside is the second of the two that are compared. */
function useSteps(here: Workbench | null, there: Workbench | null, found: readonly Difference[]) {
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    const anchors = (side: "from" | "to"): Anchor[] =>
      found.flatMap((one) => (one[side] === undefined ? [] : [{ control: one.control, id: one[side].id }]));
    here?.mark(anchors("to"));
    there?.mark(anchors(here === null ? "to" : "from"));
    setAt((now) => (now !== null && now < found.length ? now : null));
    return () => here?.mark([]);
  }, [here, there, found]);
  const go = useCallback(
    (index: number) => {
      if (found.length === 0) return;
      const next = (index + found.length) % found.length;
      const one = found[next]!;
      setAt(next);
      if (here !== null) show(here, one.control, one.to);
      if (there !== null) show(there, one.control, here === null ? one.to : one.from);
    },
    [found, here, there],
  );
  return { at, go };
}

function show(bench: Workbench, control: string, entity: Entity | undefined): void {
  bench.selection.set(entity === undefined ? [] : [entity.id]);
  if (entity !== undefined) bench.reveal({ control, id: entity.id });
}

// --- the list --------------------------------------------------------------------------------------------------------

const TONES = { added: "green", removed: "red", changed: "orange" } as const;
const MOST = 200;

function DifferenceList(props: {
  readonly found: readonly Difference[];
  /** Which two are compared, where it is not the answer in front with the one beside; else empty. */
  readonly between: string;
  readonly at: number | null;
  readonly schema: readonly Control[];
  readonly content: unknown;
  onPick(index: number): void;
}): ReactNode {
  const { t, language } = useSpeech();
  const { found, at, between } = props;
  const told = found.length === 0 ? t(BESIDE.same) : t(BESIDE.differences, { count: found.length });
  const controls = new Map(props.schema.map((control) => [control.name, control]));
  return (
    <section className="gr-diffs" aria-label={t(BESIDE.differences, { count: found.length })} data-testid="differences">
      <Words size="xs" fw={600} role="status">
        {between === "" ? told : `${between}: ${told}`}
      </Words>
      <ol>
        {found.slice(0, MOST).map((one, index) => {
          const control = controls.get(one.control);
          const entity = one.to ?? one.from;
          return (
            <li key={`${one.kind}/${entity?.id}`}>
              <button type="button" aria-current={index === at} onClick={() => props.onPick(index)}>
                <Badge size="xs" variant="light" color={TONES[one.kind]}>
                  {t(BESIDE[one.kind])}
                </Badge>
                <span className="gr-diff-what">
                  {control === undefined ? one.control : titleOf(control, language)}
                  {control !== undefined && entity !== undefined && <b>{wordOf(entity, control, language)}</b>}
                  {control !== undefined && entity !== undefined && (
                    <i>{aboutOf(one, entity, control, props.content, language)}</i>
                  )}
                </span>
                {one.fields.map((field) => (
                  <span key={field.name} className="gr-diff-field">
                    {fieldName(field.name, control, language)}
                    <del>{shortOf(field.from, control, language)}</del>
                    <ins>{shortOf(field.to, control, language)}</ins>
                  </span>
                ))}
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function wordOf(entity: Entity, control: Control, language: Language): string {
  const word = entity.value.label;
  return typeof word === "string" ? wordIn(word, control, language) : "";
}

function wordIn(word: string, control: Control, language: Language): string {
  const choice = [...choicesOf(control, "labels"), ...choicesOf(control, "choices")].find(
    ({ value }) => value === word,
  );
  return choice === undefined ? word : choiceTitle(choice, language);
}

function aboutOf(one: Difference, entity: Entity, control: Control, content: unknown, language: Language): string {
  if (entity.id.startsWith("="))
    return one.kind === "changed" ? "" : shortOf(entity.value.value as Json, control, language);
  return summaryOf(entity, control, (content ?? {}) as never);
}

function fieldName(name: string, control: Control | undefined, language: Language): string {
  if (name === "" || name === "label") return "";
  const attribute = name.replace(/^attributes\./, "");
  if (control !== undefined && attributesOf(control).has(attribute)) return attribute;
  return Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof typeof FIELDS][language] : name;
}

const LONG = 60;

/** A value in a few words; geometry and long texts are cut. */
export function shortOf(value: Json | undefined, control: Control | undefined, language: Language): string {
  if (value === undefined || value === null) return BESIDE.nothing[language];
  const told = (one: Json): string =>
    typeof one === "string" ? (control === undefined ? one : wordIn(one, control, language)) : numbered(one);
  const text = Array.isArray(value) ? value.map(told).join(", ") : told(value);
  return text.length > LONG ? `${text.slice(0, LONG)}…` : text;
}

function numbered(value: Json): string {
  if (typeof value === "number") return String(Math.round(value * 100) / 100);
  return typeof value === "string" ? value : JSON.stringify(value);
}
