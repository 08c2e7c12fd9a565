/** What a notice says and where it leads: made here of its kind and facts, in both languages; the server keeps no sentences. */

import type { Notice } from "@/api/types";
import type { Facts, Text } from "@/core/words";
import { JOBS, RETURNED_FOR, SENTENCES } from "./words";

export interface Told {
  readonly text: Text;
  readonly facts: Facts;
  /** Where it happened. */
  readonly href: string;
}

const NAME_MAX = 24;

export function toldOf(notice: Notice, leads: boolean): Told {
  const place = notice.project === null ? `/o/${notice.organisation}` : `/o/${notice.organisation}/p/${notice.project}`;
  const said = (name: string): string => String(notice.facts[name] ?? "");
  const item = shortened(said("item"));
  const mine = `${place}/me`;
  const talk = leads ? `${place}/comments` : mine;
  switch (notice.kind) {
    case "returned":
      return {
        text: SENTENCES.returned,
        facts: { item, reason: wordOf(RETURNED_FOR, said("reason")) },
        href: `${place}/${said("stage") === "adjudicate" ? "adjudicate" : "work"}`,
      };
    case "commented":
      return { text: SENTENCES.commented, facts: { item }, href: mine };
    case "answered":
      return { text: SENTENCES.answered, facts: { item }, href: talk };
    case "resolved":
      return { text: SENTENCES.resolved, facts: { item }, href: talk };
    case "action":
      return { text: actionOf(said("do")), facts: {}, href: mine };
    case "appeal":
      return {
        text: said("state") === "overturned" ? SENTENCES.appealOverturned : SENTENCES.appealUpheld,
        facts: {},
        href: mine,
      };
    case "late":
      return {
        text: said("settled") === "adopted" ? SENTENCES.lateAdopted : SENTENCES.lateDismissed,
        facts: { item },
        href: mine,
      };
    case "rule":
      return { text: SENTENCES.rule, facts: {}, href: `/o/${notice.organisation}/isolation` };
    case "rule_decided":
      return {
        text: said("state") === "approved" ? SENTENCES.ruleApproved : SENTENCES.ruleRefused,
        facts: {},
        href: `/o/${notice.organisation}/isolation`,
      };
    case "invitation":
      return { text: SENTENCES.invitation, facts: { name: said("name") }, href: `/o/${notice.organisation}/members` };
    case "job":
      return {
        text: said("state") === "done" ? SENTENCES.jobDone : SENTENCES.jobFailed,
        facts: { work: wordOf(JOBS, said("work")), code: said("code") },
        href: notice.project === null ? `/o/${notice.organisation}/projects` : place,
      };
  }
}

function actionOf(act: string): Text {
  switch (act) {
    case "pause":
    case "block":
    case "reopen":
    case "review":
    case "set_skill":
    case "move_skill":
    case "tell_worker":
      return SENTENCES[act];
    default:
      return SENTENCES.action;
  }
}

function wordOf(table: { readonly [name: string]: Text }, name: string): Text | string {
  return (Object.hasOwn(table, name) ? table[name] : undefined) ?? (name === "" ? "–" : name);
}

/** Ids of records are long: how one begins tells it apart from its neighbours. */
function shortened(id: string): string {
  return id.length > NAME_MAX ? `${id.slice(0, NAME_MAX - 1)}…` : id;
}

/** 3, 99, 99+ */
export function countText(unread: number, more: boolean): string {
  return more ? `${unread}+` : String(unread);
}
