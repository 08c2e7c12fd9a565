/** Areas of the app: each folder tells its pages here, and nothing else needs to know of them. */

import type { ComponentType } from "react";
import type { Text } from "@/core/words";
import type { Role } from "./session";

/** What the address says: numbers of `:org` and `:project`, the rest as text. */
export interface PageProps {
  readonly org: number;
  readonly project: number;
  readonly params: { readonly [name: string]: string };
}

export interface Page {
  /** `/o/:org/p/:project/work` */
  readonly path: string;
  readonly title: Text;
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
  /** Without frame and navigation: the workbench takes the whole window. */
  readonly bare?: boolean;
}

export interface Link {
  readonly title: Text;
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  /** In the navigation of an organisation (`/o/:org/…`), of a project (`/o/:org/p/:project/…`) or of everybody. */
  readonly path: string;
  /** Shown to people with one of these roles; nobody named: to everybody. */
  readonly roles?: readonly Role[];
  /** Only for operators of the system. */
  readonly operator?: boolean;
  readonly order: number;
}

export interface Area {
  readonly pages: readonly Page[];
  readonly links: readonly Link[];
}
