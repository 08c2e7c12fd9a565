import { asked, titleOf } from "@/core/schema";
import type { Editor, Surface } from "@/host/editor";
import { el, fill } from "@/kit/dom";
import { writeLabels } from "@/labels/kinds";

/** The questions about the whole record, those that are asked now. */
export function openForm(surface: Surface): Editor {
  const show = (): void => {
    const labels = writeLabels(surface.task.schema, surface.store.all());
    const names = new Set(asked(surface.task.schema, labels).map(({ name }) => name));
    const shown = surface.controls.filter(({ name }) => names.has(name));
    fill(
      surface.root,
      shown.map((control) => el("p", {}, titleOf(control, surface.language))),
    );
  };
  const stop = surface.store.listen(show);
  show();
  return { reveal() {}, focus: () => surface.root.focus(), end: stop };
}
