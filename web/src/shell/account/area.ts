import type { Area } from "../area";

export const area: Area = { pages: [], links: [] };
