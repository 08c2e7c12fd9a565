/** A plain editor for YAML and Markdown: line numbers, the wrong line marked, Tab indents, Enter keeps the indent. */

import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from "react";
import { indented, newlined } from "./typing";
import "./yaml.css";

export function YamlEditor(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange?: (value: string) => void;
  /** From 1. */
  readonly wrongLine?: number | null;
  readonly wrong?: string;
  readonly height?: number;
  readonly readOnly?: boolean;
}): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const caret = useRef<number | null>(null);
  const { value, onChange, wrongLine = null } = props;
  const lines = value.split("\n");
  useLayoutEffect(() => {
    if (caret.current === null) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const follow = (): void => {
    if (field.current !== null && gutter.current !== null) gutter.current.scrollTop = field.current.scrollTop;
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { selectionStart: start, selectionEnd: end } = event.currentTarget;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.nativeEvent.isComposing;
    if (!plain || props.readOnly === true) return;
    // Escape, then Tab, leaves the field: nobody is caught in it.
    if (event.key === "Escape") event.currentTarget.blur();
    const typed =
      event.key === "Tab"
        ? indented(value, start, end, event.shiftKey)
        : event.key === "Enter"
          ? newlined(value, start, end)
          : null;
    if (typed === null) return;
    event.preventDefault();
    caret.current = typed.caret;
    onChange?.(typed.text);
  };
  return (
    <div className="gm-yaml" style={{ height: props.height ?? 420 }}>
      <div className="gm-yaml-gutter" ref={gutter} aria-hidden="true">
        {lines.map((_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
          <div key={at} className={at + 1 === wrongLine ? "gm-yaml-wrong" : undefined}>
            {at + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={field}
        aria-label={props.label}
        aria-invalid={props.wrong !== undefined}
        aria-description={props.wrong}
        value={value}
        readOnly={props.readOnly}
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
        onScroll={follow}
        onKeyDown={press}
        onChange={(event) => onChange?.(event.currentTarget.value)}
      />
    </div>
  );
}
