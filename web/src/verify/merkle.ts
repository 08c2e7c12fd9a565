/** Merkle trees of RFC 6962 section 2.1: roots of streams, and inclusion proofs verified (RFC 9162 section 2.1.3.2). */

import { type Bytes, same } from "./bytes";
import { sha256 } from "./sha256";

const [LEAF, NODE] = [Uint8Array.of(0), Uint8Array.of(1)];

export function leafHash(entry: Uint8Array): Bytes {
  return sha256(LEAF, entry);
}

function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256(NODE, left, right);
}

/** The root of entries that come one by one; it keeps the roots of full subtrees only. */
export class Tree {
  size = 0;
  readonly #peaks: Bytes[] = [];

  add(entry: Uint8Array): void {
    let node = leafHash(entry);
    for (let carry = this.size; carry % 2 === 1; carry = Math.floor(carry / 2))
      node = nodeHash(this.#peaks.pop()!, node);
    this.#peaks.push(node);
    this.size += 1;
  }

  root(): Bytes {
    const last = this.#peaks.at(-1);
    if (last === undefined) return sha256();
    return this.#peaks.slice(0, -1).reduceRight((node, left) => nodeHash(left, node), last);
  }
}

export function treeRoot(entries: Iterable<Uint8Array>): Bytes {
  const tree = new Tree();
  for (const entry of entries) tree.add(entry);
  return tree.root();
}

/** Whether the path proves that the leaf (hash) stands at `index` in the tree of `size` with that root. */
export function included(
  leaf: Bytes,
  place: { readonly index: number; readonly size: number },
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  let { index } = place;
  let last = place.size - 1;
  let node = leaf;
  if (!(Number.isSafeInteger(index) && index >= 0 && index <= last)) return false;
  for (const sibling of path) {
    if (last === 0) return false;
    if (index % 2 === 1 || index === last) {
      node = nodeHash(sibling, node);
      while (index % 2 === 0 && index > 0) {
        index /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      node = nodeHash(node, sibling);
    }
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && same(node, root);
}
