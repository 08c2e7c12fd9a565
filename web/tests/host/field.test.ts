// @vitest-environment jsdom
import { expect, test } from "vitest";
import { Keymap } from "@/core/hotkeys";
import { hear, isField } from "@/host/keyboard";

test("letters are typed into fields, and are keys on radios, boxes and buttons", () => {
  const input = (type: string): HTMLInputElement => Object.assign(document.createElement("input"), { type });
  expect(["text", "search", "number", "password", "date"].map((type) => isField(input(type)))).toEqual(
    Array(5).fill(true),
  );
  expect(["radio", "checkbox", "button"].map((type) => isField(input(type)))).toEqual(Array(3).fill(false));
  expect(["textarea", "select"].map((tag) => isField(document.createElement(tag)))).toEqual([true, true]);
  expect([document.createElement("div"), null].map(isField)).toEqual([false, false]);
});

test("Space and Enter press what has the focus, and are hotkeys elsewhere", () => {
  document.body.innerHTML =
    '<button>b</button><a href="#x">a</a><summary>s</summary><div role="button" tabindex="0"></div>' +
    '<input type="checkbox"><input type="radio"><button role="radio">r</button><div id="canvas" tabindex="0"></div>';
  const [button, link, summary, likeButton, box, radio, likeRadio, canvas] = [...document.body.children];
  const ran: string[] = [];
  const keys = new Keymap();
  for (const chord of ["Space", "Enter", "Shift+Enter", "ArrowLeft", "Mod+Enter", "k"]) {
    keys.add({ name: `t.${chord}`, title: { en: chord, zh: chord }, chords: [chord] }, () => ran.push(chord));
  }
  const heard = (on: Element | undefined, key: string, more: KeyboardEventInit = {}): string[] => {
    ran.length = 0;
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
    let said: boolean | null = null;
    const listen = (told: KeyboardEvent): void => {
      said = hear(keys, told);
    };
    document.addEventListener("keydown", listen, { once: true });
    on?.dispatchEvent(event);
    expect([said, event.defaultPrevented]).toEqual([ran.length > 0, ran.length > 0]); // what is not ours is left to the browser
    return [...ran];
  };
  for (const one of [button, link, summary, likeButton]) {
    expect([heard(one, " "), heard(one, "Enter"), heard(one, "Enter", { shiftKey: true })]).toEqual([[], [], []]);
    expect([heard(one, "k"), heard(one, "ArrowLeft")]).toEqual([["k"], ["ArrowLeft"]]);
    expect(heard(one, "Enter", { ctrlKey: true })).toEqual(["Mod+Enter"]); // handing in means the same everywhere
  }
  expect([heard(box, " "), heard(box, "Enter"), heard(box, "ArrowLeft")]).toEqual([[], ["Enter"], ["ArrowLeft"]]);
  expect([heard(radio, " "), heard(radio, "ArrowLeft"), heard(radio, "Enter")]).toEqual([[], [], ["Enter"]]);
  expect([heard(likeRadio, " "), heard(likeRadio, "Enter"), heard(likeRadio, "ArrowLeft")]).toEqual([[], [], []]);
  expect([heard(canvas, " "), heard(canvas, "Enter")]).toEqual([["Space"], ["Enter"]]);
});
