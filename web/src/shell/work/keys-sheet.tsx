/** All keys that mean something here; each can be given another one by clicking it and pressing it. */

import { Alert, Button, Group, Text as Words } from "@mantine/core";
import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { type Action, type Chord, chordOf, type Keymap } from "@/core/hotkeys";
import { type Text, words } from "@/core/words";
import { useSpeech } from "../language";
import { Dialog } from "../parts/dialog";
import { collide, keepHotkeys, keptHotkeys, onHotkeys, showChord, withChord } from "./hotkeys";

const SAYS = words({
  title: { en: "Keys", zh: "快捷键" },
  hint: { en: "Click a key to choose another one.", zh: "点击某个快捷键可重新设定。" },
  press: { en: "Press the new key, Delete for none, Escape to leave it.", zh: "请按新的键；Delete 清除，Esc 取消。" },
  none: { en: "none", zh: "无" },
  taken: { en: "{chord} means several things: {names}.", zh: "{chord} 对应多个操作：{names}。" },
  reset: { en: "Reset all", zh: "全部恢复默认" },
  change: { en: "Change the key of {action}: {chord}", zh: "更改“{action}”的快捷键：{chord}" },
  others: { en: "Others", zh: "其他" },
});

export function KeysSheet(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly keys: Keymap | null;
}): ReactNode {
  const { t } = useSpeech();
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t(SAYS.title)} size="xl">
      {props.keys !== null && <Sheet keys={props.keys} />}
    </Dialog>
  );
}

const kept = (): string => JSON.stringify(keptHotkeys());

function Sheet({ keys }: { readonly keys: Keymap }): ReactNode {
  const { t, language } = useSpeech();
  const known = useSyncExternalStore(onHotkeys, kept);
  const [asked, ask] = useState<string | null>(null);
  useEffect(() => keys.remap(JSON.parse(known)), [keys, known]);
  useEffect(() => {
    if (asked === null) return;
    const hear = (event: KeyboardEvent): void => {
      const chord = chordOf(event);
      event.preventDefault();
      event.stopPropagation();
      if (chord === null) return;
      if (chord !== "Escape") {
        keepHotkeys(withChord(keptHotkeys(), keys, asked, chord === "Delete" ? null : chord));
      }
      ask(null);
    };
    window.addEventListener("keydown", hear, { capture: true });
    return () => window.removeEventListener("keydown", hear, { capture: true });
  }, [asked, keys]);
  const groups = useMemo(() => grouped(keys.actions), [keys]);
  const titles = new Map(keys.actions.map(({ name, title }) => [name, title]));
  void known;
  const conflicts = [...keys.conflicts()].filter(([, names]) => collide(keys, names));
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Words size="sm" c="dimmed" role="status">
          {t(asked === null ? SAYS.hint : SAYS.press)}
        </Words>
        <Button size="xs" variant="default" disabled={known === "{}"} onClick={() => keepHotkeys({})}>
          {t(SAYS.reset)}
        </Button>
      </Group>
      {conflicts.map(([chord, names]) => (
        <Alert key={chord} color="yellow" mb="xs" p="xs">
          {t(SAYS.taken, {
            chord: showChord(chord),
            names: names.map((name) => titles.get(name)?.[language] ?? name).join(language === "zh" ? "、" : ", "),
          })}
        </Alert>
      ))}
      <div className="gw-sheet">
        {groups.map(({ title, actions }) => (
          <section key={title.en}>
            <h3>{t(title)}</h3>
            <dl>
              {actions.map((action) => (
                <div key={action.name} className="gw-sheet-row">
                  <dt>{t(action.title)}</dt>
                  <dd>
                    <button
                      type="button"
                      className={asked === action.name ? "gw-chord gw-chord-asked" : "gw-chord"}
                      aria-label={t(SAYS.change, {
                        action: action.title,
                        chord: asked === action.name ? "…" : chordsOf(keys, action.name, t(SAYS.none)),
                      })}
                      onClick={() => ask(action.name)}
                    >
                      {asked === action.name ? "…" : chordsOf(keys, action.name, t(SAYS.none))}
                    </button>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  );
}

function chordsOf(keys: Keymap, name: string, none: string): string {
  const chords: readonly Chord[] = keys.chords(name);
  return chords.length === 0 ? none : chords.map(showChord).join(" · ");
}

interface Grouped {
  readonly title: Text;
  readonly actions: readonly Action[];
}

export function grouped(actions: readonly Action[]): readonly Grouped[] {
  const groups = new Map<string, { title: Text; actions: Action[] }>();
  for (const action of actions) {
    const title = action.group ?? SAYS.others;
    const known = groups.get(title.en);
    if (known === undefined) groups.set(title.en, { title, actions: [action] });
    else known.actions.push(action);
  }
  return [...groups.values()];
}
