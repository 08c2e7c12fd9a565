/** Elements without a framework: made, listened to and kept in step with data. No HTML is ever parsed from strings. */

export type Child = Node | string | number | null | undefined | false | readonly Child[];

type Handlers = { readonly [event in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[event]) => void };

export interface Properties {
  readonly class?: string;
  readonly on?: Handlers;
  /** Set through the CSSOM, which a strict Content-Security-Policy allows; custom properties, too. */
  readonly style?: { readonly [property: string]: string };
  readonly data?: { readonly [name: string]: string };
  readonly [attribute: string]: unknown;
}

/** An element with attributes, handlers and children; `true` is an empty attribute, `false` and null are none. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "on") {
      for (const [event, handler] of Object.entries(value as object))
        made.addEventListener(event, handler as EventListener);
    } else if (name === "style") {
      for (const [property, text] of Object.entries(value as object)) made.style.setProperty(property, text as string);
    } else if (name === "data") {
      Object.assign(made.dataset, value);
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  fill(made, ...children);
  return made;
}

/** Replace what is in an element. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...nodes(children));
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child): (Node | string)[] => {
    if (child === null || child === undefined || child === false) return [];
    if (typeof child === "string") return [child];
    if (typeof child === "number") return [String(child)];
    if (Array.isArray(child)) return nodes(child);
    return [child as Node];
  });
}

/** Things to undo when something is taken away, run in reverse. */
export class Cleanup {
  readonly #steps: (() => void)[] = [];

  add(step: () => void): void {
    this.#steps.push(step);
  }

  listen<K extends keyof WindowEventMap>(
    target: EventTarget,
    event: K,
    handler: (event: WindowEventMap[K]) => void,
    options?: AddEventListenerOptions,
  ): void {
    target.addEventListener(event, handler as EventListener, options);
    this.#steps.push(() => target.removeEventListener(event, handler as EventListener, options));
  }

  run(): void {
    for (const step of this.#steps.splice(0).reverse()) step();
  }
}

/** Run something once before the next frame, however often it is asked for. Returns the asking, and how to stop it. */
export function perFrame(run: () => void): { ask(): void; stop(): void } {
  let asked = 0;
  return {
    ask() {
      if (asked === 0) {
        asked = requestAnimationFrame(() => {
          asked = 0;
          run();
        });
      }
    },
    stop() {
      cancelAnimationFrame(asked);
      asked = 0;
    },
  };
}
