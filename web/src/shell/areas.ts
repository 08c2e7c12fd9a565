/** All areas, in the order in which their links stand. */

import { area as account } from "./account/area";
import type { Area } from "./area";
import { area as home } from "./home/area";
import { area as manage } from "./manage/area";
import { area as operate } from "./operate/area";
import { area as quality } from "./quality/area";
import { area as review } from "./review/area";
import { area as work } from "./work/area";

export const AREAS: readonly Area[] = [home, work, review, manage, quality, operate, account];
