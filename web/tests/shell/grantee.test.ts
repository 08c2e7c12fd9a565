import { describe, expect, test } from "vitest";
import { choicesFor, granteeOf } from "@/shell/manage/people/grantee";

const KNOWN = [
  { value: "person:7", label: "Ann" },
  { value: "team:3", label: "Team Night" },
];
const say = (login: string): string => `Whoever signs in as ${login}`;
const made = (login: string) => ({ value: `login:${login}`, label: say(login) });

describe("to whom a role is given", () => {
  test("whom the list lacks is offered by login, whoever is in it is not offered twice", () => {
    expect(choicesFor(KNOWN, null, "", say)).toEqual(KNOWN);
    expect(choicesFor(KNOWN, null, " Ann ", say)).toEqual(KNOWN);
    expect(choicesFor(KNOWN, null, "bo@x.org ", say)).toEqual([...KNOWN, made("bo@x.org")]);
  });

  test("who was chosen by login stays, once, while the field still says what was typed and after", () => {
    for (const typed of ["bo", say("bo"), ""])
      expect(choicesFor(KNOWN, "login:bo", typed, say)).toEqual([...KNOWN, made("bo")]);
    expect(choicesFor(KNOWN, "login:bo", "cy", say)).toEqual([...KNOWN, made("bo"), made("cy")]);
  });

  test("a choice gives to a person, a team or a login, whatever is in it", () => {
    expect([granteeOf("person:7"), granteeOf("team:3")]).toEqual([{ person: 7 }, { team: 3 }]);
    expect(granteeOf("login:team:3")).toEqual({ login: "team:3" });
  });
});
