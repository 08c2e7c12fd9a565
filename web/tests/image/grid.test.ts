import fc from "fast-check";
import { expect, test } from "vitest";
import { type Act, acted, begun } from "@/editors/image/grid/choosing";

test("what is chosen is said at once, and the keyboard goes on to what is open", () => {
  let state = begun(["a", null, null, null, null]);
  expect(state.focus).toBe(1);
  const acts: Act[] = [
    { do: "go", by: 1, extend: true },
    { do: "assign", value: "b" },
  ];
  for (const act of acts) state = acted(state, act);
  expect(state).toMatchObject({ answers: ["a", "b", "b", null, null], focus: 3 });
  state = acted(state, { do: "assign", value: "a" }); // nothing chosen: the one in focus
  expect(state).toMatchObject({ answers: ["a", "b", "b", "a", null], focus: 4 });
  state = acted(acted(state, { do: "pick", at: 0, how: "one" }), { do: "pick", at: 2, how: "toggle" });
  state = acted(state, { do: "assign", value: null });
  expect(state.answers).toEqual([null, "b", null, "a", null]);
});

test("whatever is done, the keyboard stays in the grid and only what was meant changes", () => {
  const act: fc.Arbitrary<Act> = fc.oneof(
    fc.record({ do: fc.constant("go" as const), by: fc.integer({ min: -9, max: 9 }), extend: fc.boolean() }),
    fc.record({
      do: fc.constant("pick" as const),
      at: fc.nat(20),
      how: fc.constantFrom("one" as const, "toggle" as const, "extend" as const),
    }),
    fc.record({ do: fc.constantFrom("toggle" as const, "all" as const, "none" as const) }),
    fc.record({ do: fc.constant("assign" as const), value: fc.option(fc.constantFrom("a", "b")) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(act), (count, acts) => {
      let state = begun(Array.from({ length: count }, () => null));
      for (const one of acts) {
        const next = acted(state, one);
        expect(next.focus).toBeGreaterThanOrEqual(0);
        expect(next.focus).toBeLessThan(count);
        expect([...next.chosen].every((at) => at >= 0 && at < count)).toBe(true);
        const meant = state.chosen.size > 0 ? state.chosen : new Set([state.focus]);
        const wanted = one.do === "assign" ? one.value : null;
        for (const [at, answer] of next.answers.entries()) {
          expect(answer).toBe(one.do === "assign" && meant.has(at) ? wanted : state.answers[at]);
        }
        state = next;
      }
    }),
  );
});
