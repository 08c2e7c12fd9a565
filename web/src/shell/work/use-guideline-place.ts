/** Whether the guideline is shown, and whether it stays beside the item; kept on the device. */

import { useCallback, useState } from "react";

const PINNED = "galley.guideline.pinned";

export interface GuidelinePlace {
  readonly shown: boolean;
  readonly pinned: boolean;
  readonly toggle: () => void;
  readonly pin: (pinned: boolean) => void;
}

export function useGuidelinePlace(): GuidelinePlace {
  const [pinned, setPinned] = useState(() => localStorage.getItem(PINNED) === "1");
  const [shown, setShown] = useState(pinned);
  const toggle = useCallback(() => setShown((now) => !now), []);
  const pin = useCallback((now: boolean) => {
    setPinned(now);
    if (now) localStorage.setItem(PINNED, "1");
    else localStorage.removeItem(PINNED);
  }, []);
  return { shown, pinned, toggle, pin };
}
