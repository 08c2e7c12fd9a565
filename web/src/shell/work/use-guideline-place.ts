/** Whether the guideline is shown, and whether it stays beside the item; kept on the device. */

import { useCallback, useState } from "react";

const PINNED = "galley.guideline.pinned";
const WIDE = 1200;

export interface GuidelinePlace {
  readonly shown: boolean;
  readonly pinned: boolean;
  readonly toggle: () => void;
  readonly pin: (pinned: boolean) => void;
}

export function useGuidelinePlace(): GuidelinePlace {
  const [pinned, setPinned] = useState(() => {
    const kept = localStorage.getItem(PINNED);
    return kept === null ? innerWidth >= WIDE : kept === "1"; // over the item it would hide the form
  });
  const [shown, setShown] = useState(() => localStorage.getItem(PINNED) === "1");
  const toggle = useCallback(() => setShown((now) => !now), []);
  const pin = useCallback((now: boolean) => {
    setPinned(now);
    localStorage.setItem(PINNED, now ? "1" : "0");
  }, []);
  return { shown, pinned, toggle, pin };
}
