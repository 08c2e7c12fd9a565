/**
 * The host API between editors and whatever shows them.
 *
 * An editor is an ES module that exports an `EditorKind`. It gets a `Surface`: an element of its own, the item, and the
 * shared state (store, selection, keys, palette). It changes the annotation only through the store, so that undo, the
 * log on disk, the list of regions and other editors of the same item hear of it.
 */

import type { Id } from "@/core/entity";
import type { History } from "@/core/history";
import type { Keymap } from "@/core/hotkeys";
import type { JsonObject } from "@/core/json";
import type { Control, LabelSchema } from "@/core/schema";
import type { Selection } from "@/core/selection";
import type { Store } from "@/core/store";
import type { Facts, Language, Text } from "@/core/words";
import type { Palette } from "./palette";

/**
 * What the server knows of a picture, sound or film (`docs/reference/media.md`, the server's `MediaFacts`).
 *
 * Sizes and tiles are of the upright picture, EXIF orientation applied, and so are the coordinates of labels.
 */
export interface MediaFacts {
  readonly state: "ready" | "making" | "waiting" | "failed";
  readonly kind?: "image" | "audio" | "video" | "other" | null;
  readonly media_type?: string;
  readonly width?: number | null;
  readonly height?: number | null;
  readonly duration?: number | null;
  readonly channels?: number | null;
  readonly sample_rate?: number | null;
  readonly thumbnail?: string | null;
  readonly tiles?: Tiles | null;
  readonly peaks?: string | null;
  readonly spectrogram?: string | null;
  readonly problem?: { readonly code: string; readonly message: string; readonly message_zh: string } | null;
}

/** A pyramid: put level, x (column) and y (row) into `template`. The last level is the picture in full size. */
export interface Tiles {
  readonly tile_size: number;
  readonly levels: readonly {
    readonly width: number;
    readonly height: number;
    readonly columns: number;
    readonly rows: number;
  }[];
  readonly template: string;
}

export interface Media {
  /** An address the browser may load. */
  readonly url: string;
  readonly facts?: MediaFacts;
}

/** An item to work on. */
export interface Task {
  /** Stable across reloads; what drafts are kept under. */
  readonly key: string;
  readonly schema: LabelSchema;
  readonly content: JsonObject;
  /** Where a `blob:…` or an address of the content can be loaded; undefined when it cannot. */
  media(reference: string): Media | undefined;
  /** Something of it does not load: ask for newer links. Behind it `media` gives them, if there are any. */
  renew?(): Promise<void>;
}

/** A model that turns points and boxes into masks, run in the browser (docs/guide/operator.md; the server's `ModelView`). */
export interface PictureModel {
  readonly name: string;
  readonly title: Text;
  /** What its encoder takes: a picture scaled to `side`, each channel (0 to 255) less `mean`, by `std`. */
  readonly picture: {
    readonly side: number;
    readonly mean: readonly number[];
    readonly std: readonly number[];
    readonly channels: "rgb" | "bgr";
    readonly layout: "nchw" | "nhwc" | "chw" | "hwc";
    /** With zeros to a square, on the right and below. */
    readonly padded: boolean;
  };
  readonly encoder: { readonly url: string; readonly bytes?: number };
  readonly decoder: { readonly url: string; readonly bytes?: number };
}

/** What a comment or a problem is about. */
export interface Anchor {
  readonly control?: string;
  readonly id?: Id;
  /** Code points of a text, or milliseconds. */
  readonly start?: number;
  readonly end?: number;
  readonly unit?: "text" | "time";
}

/** Signs of work, from which active time is counted. */
export type Sign = "input" | "pointer" | "scroll" | "media";

export interface Surface {
  readonly root: HTMLElement;
  readonly task: Task;
  /** The controls this editor is for: all about one field. */
  readonly controls: readonly Control[];
  readonly field: string;
  /** Other fields of the record that tell what this one is about, for the editor to show with it. */
  readonly context?: readonly string[];
  readonly store: Store;
  readonly history: History;
  readonly selection: Selection;
  readonly keys: Keymap;
  readonly palette: Palette;
  readonly language: Language;
  readonly readOnly: boolean;
  /** The models that are installed; asked by the editors that use them. */
  readonly models?: () => Promise<readonly PictureModel[]>;
  newId(): Id;
  say(text: Text, facts?: Facts): string;
  /** Tell that somebody works (playing counts as long as it lasts); keys and clicks are noticed without it. */
  sign(sign: Sign): void;
  /** Say something to the person that goes away by itself. */
  notice(text: Text, facts?: Facts): void;
  /** A place for the editor's own buttons, above it. */
  readonly toolbar: HTMLElement;
}

export interface Editor {
  /** Bring something into view and show that it is meant. */
  reveal(anchor: Anchor): void;
  focus(): void;
  /** Marks of comments and problems. */
  mark?(anchors: readonly Anchor[]): void;
  /** Take everything away; nothing may stay alive. */
  end(): void;
}

export interface EditorKind {
  readonly name: string;
  /** How well it fits a field with these controls: 0 not at all; the best one is opened. */
  fits(field: string, controls: readonly Control[], content: JsonObject): number;
  open(surface: Surface): Editor;
}
