/** A question on the form: made once, told of every new value, so that nobody loses the place they type at. */

import type { Json } from "@/core/json";
import type { Control } from "@/core/schema";
import type { Surface } from "@/host/editor";
import { answerId } from "@/labels/kind";

export interface Field {
  readonly element: HTMLElement;
  /** Show a value that came from elsewhere: undo, a log, another editor. */
  show(value: Json | undefined): void;
  focus(): void;
  end?(): void;
}

export interface FieldProps {
  readonly control: Control;
  readonly surface: Surface;
  /** The id of the title, for `aria-labelledby`. */
  readonly titleId: string;
  /** Say a value; undefined takes the answer back. `typing`: part of one stretch of typing, undone as a whole. */
  set(value: Json | undefined, typing?: boolean): void;
  get(): Json | undefined;
}

export type MakeField = (props: FieldProps) => Field;

export function getAnswer(surface: Surface, control: string): Json | undefined {
  return surface.store.get(answerId(control))?.value.value;
}

/** Typing is committed as one step when it rests for a moment or the field is left. */
const REST_MS = 500;

/** Writes answers into the store: at once, or while somebody types, as one undoable step a stretch. */
export class Writer {
  readonly #surface: Surface;
  readonly #control: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #typing = false;

  constructor(surface: Surface, control: string) {
    this.#surface = surface;
    this.#control = control;
  }

  get typing(): boolean {
    return this.#typing;
  }

  set(value: Json | undefined, typing = false): void {
    const id = answerId(this.#control);
    const put = (draft: Parameters<Parameters<Surface["store"]["transact"]>[1]>[0]): void => {
      if (value === undefined) draft.remove(id);
      else {
        const known = draft.get(id);
        draft.put({
          id,
          control: this.#control,
          ...(known?.from === undefined ? {} : { from: known.from }),
          value: { value },
        });
      }
    };
    if (!typing) {
      this.rest();
      this.#surface.store.transact(`answer ${this.#control}`, put);
      return;
    }
    this.#typing = true;
    this.#surface.store.preview(put, `answer ${this.#control}`);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.rest(), REST_MS);
  }

  /** The stretch of typing is over. */
  rest(): void {
    clearTimeout(this.#timer);
    if (!this.#typing) return;
    this.#typing = false;
    if (this.#surface.store.keeping === `answer ${this.#control}`) this.#surface.store.settle();
  }
}
