/** JSON values, and when two of them are the same. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Whether two values say the same; the order of keys does not matter. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, at) => sameJson(item, right[at]))
    );
  }
  const [mine, yours] = [left as JsonObject, right as JsonObject];
  const keys = Object.keys(mine);
  return (
    keys.length === Object.keys(yours).length &&
    keys.every((key) => Object.hasOwn(yours, key) && sameJson(mine[key], yours[key]))
  );
}

/** What an object says under a name that others chose: its own, never what all objects have (`constructor`). */
export function own<T>(object: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
