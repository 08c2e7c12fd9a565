/** A field to write in that grows with its text; made once, told of changes from elsewhere. */

import { el } from "@/kit/dom";
import type { Typing } from "./typing";

export interface Area {
  readonly element: HTMLTextAreaElement;
  show(text: string): void;
}

export interface AreaProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly mono?: boolean;
  readonly readOnly: boolean;
  readonly typing: Typing;
  onInput(text: string): void;
  /** Escape: back to what the field belongs to. */
  onLeave(): void;
}

export function area(props: AreaProps): Area {
  const { typing } = props;
  const element = el("textarea", {
    class: `gk-input gd-area${props.mono === true ? " gd-area-mono" : ""}`,
    rows: 1,
    dir: "auto",
    spellcheck: "false",
    readonly: props.readOnly,
    "aria-label": props.label,
    placeholder: props.placeholder,
    on: {
      input: () => {
        grow();
        props.onInput(element.value);
      },
      compositionstart: () => {
        typing.composing = true;
      },
      compositionend: () => {
        typing.composing = false;
      },
      blur: () => {
        typing.composing = false;
        typing.rest();
      },
      keydown: (event) => {
        if (event.isComposing) return;
        // What a chord does (undo, submit) comes after what was typed.
        if (event.ctrlKey || event.metaKey) typing.rest();
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        typing.rest();
        props.onLeave();
      },
    },
  });
  const grow = (): void => {
    if (CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + 2}px`;
  };
  queueMicrotask(grow);
  return {
    element,
    show(text) {
      if (text === element.value) return;
      element.value = text;
      grow();
    },
  };
}
