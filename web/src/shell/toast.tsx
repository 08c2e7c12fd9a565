/** Short words that go away by themselves; read out by screen readers. */

import { CloseButton, Paper, Text as Words } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";

type Tone = "plain" | "good" | "bad";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: Tone;
}

type Tell = (text: string, tone?: Tone) => void;

const ToastContext = createContext<Tell>(() => undefined);
const SECONDS = { plain: 4, good: 4, bad: 12 } as const;

export function ToastProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [toasts, set] = useState<readonly Toast[]>([]);
  const last = useRef(0);
  const drop = useCallback((id: number) => set((known) => known.filter((toast) => toast.id !== id)), []);
  const tell = useCallback<Tell>(
    (text, tone = "plain") => {
      last.current += 1;
      const id = last.current;
      set((known) => [...known.slice(-3), { id, text, tone }]);
      setTimeout(() => drop(id), SECONDS[tone] * 1000);
    },
    [drop],
  );
  const shown = useMemo(() => toasts, [toasts]);
  return (
    <ToastContext.Provider value={tell}>
      {children}
      <div className="gs-toasts" role="status" aria-live="polite">
        {shown.map(({ id, text, tone }) => (
          <Paper key={id} className={`gs-toast gs-toast-${tone}`} shadow="md" withBorder>
            <Words size="sm">{text}</Words>
            <CloseButton size="sm" aria-label="×" onClick={() => drop(id)} />
          </Paper>
        ))}
      </div>
    </ToastContext.Provider>
  );
}

export function useToast(): Tell {
  return useContext(ToastContext);
}
