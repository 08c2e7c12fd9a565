/** Where the keys of a desk mean nothing. */

/** In a dialog or a menu over the page: its keys are its own. */
export function elsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="menu"], [data-keys="own"]') !== null;
}
