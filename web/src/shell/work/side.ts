/** How wide the column beside the editors is: kept on this device, for all benches of a page. */

const KEPT = "galley.side";

export function keptSide(): number | null {
  const width = Number(localStorage.getItem(KEPT) ?? Number.NaN);
  return Number.isFinite(width) && width > 0 ? width : null;
}

/** Show a width in a place with benches; null: the usual one. */
export function showSide(root: HTMLElement, width: number | null): void {
  if (width === null) root.style.removeProperty("--gw-side");
  else root.style.setProperty("--gw-side", `${width}px`);
}

export function keepSide(root: HTMLElement, width: number | null): void {
  showSide(root, width);
  if (width === null) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, String(width));
}
