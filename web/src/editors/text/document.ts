/** The text of an item with all that is known of it: offsets, blocks, characters and words. */

import type { Entity } from "@/core/entity";
import { Offsets } from "@/core/text";
import { Blocks } from "./blocks";
import { Segments } from "./segments";
import type { Spot, Stretch } from "./spans";

export class TextDocument {
  readonly text: string;
  readonly offsets: Offsets;
  readonly blocks: Blocks;
  readonly segments: Segments;

  constructor(text: string) {
    this.text = text;
    this.offsets = new Offsets(text);
    this.blocks = new Blocks(text);
    this.segments = new Segments(text);
  }

  get length(): number {
    return this.text.length;
  }

  slice({ start, end }: Stretch): string {
    return this.text.slice(start, end);
  }

  /** The code points of a stretch of units. */
  points({ start, end }: Stretch): Stretch {
    return { start: this.offsets.point(start), end: this.offsets.point(end) };
  }

  /** The units of a stretch of code points; null when there is nothing there. */
  units(start: unknown, end: unknown): Stretch | null {
    if (typeof start !== "number" || typeof end !== "number") return null;
    if (!(start >= 0 && start < end && end <= this.offsets.points)) return null;
    return { start: this.offsets.unit(start), end: this.offsets.unit(end) };
  }

  /** Where a span is; null for one that is not in this text. */
  spot(entity: Entity): Spot | null {
    const place = this.units(entity.value.start, entity.value.end);
    if (place === null) return null;
    return { id: entity.id, control: entity.control, label: String(entity.value.label ?? ""), ...place };
  }
}
