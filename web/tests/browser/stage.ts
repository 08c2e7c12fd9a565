/** The page on which editors are tested: `window.stage.open(options)` shows an item. */

import { type EditorHandle, type EditorOptions, openEditor } from "@/host/embed";

declare global {
  interface Window {
    stage: { open(options: EditorOptions): Promise<EditorHandle>; editor?: EditorHandle };
  }
}

window.stage = {
  async open(options) {
    window.stage.editor?.end();
    window.stage.editor = await openEditor(document.querySelector<HTMLElement>("#stage")!, options);
    return window.stage.editor;
  },
};
document.documentElement.dataset.ready = "true";
