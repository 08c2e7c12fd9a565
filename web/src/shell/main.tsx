/** The first lines that run. */

import "./trusted";
import "@mantine/core/styles.css";
import "@/kit/theme.css";
import "./shell.css";
import { createTheme, MantineProvider } from "@mantine/core";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Refusal } from "@/api/call";
import { App } from "./app";
import { SpeechProvider } from "./language";
import { ToastProvider } from "./toast";

const theme = createTheme({
  fontFamily: "var(--g-font)",
  fontFamilyMonospace: "var(--g-mono)",
  headings: { fontFamily: "var(--g-font)", fontWeight: "600" },
  primaryColor: "blue",
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: "sm",
  autoContrast: true,
  luminanceThreshold: 0.18, // where black and white are told apart from a colour equally well
  components: {
    Badge: { defaultProps: { tt: "none" } }, // words as they are everywhere else
    // A dialog that fades away still takes keys that are meant for what is behind it: there at once, gone at once.
    Checkbox: { defaultProps: { size: "md" } }, // 24 pixels: as large as WCAG 2.2 wants what is pointed at
    Modal: { defaultProps: { transitionProps: { duration: 0 } } },
  },
});

/** Whoever is refused because their session has ended is asked again who they are, and signs in over the page. */
function lookAgain(problem: unknown): void {
  if (problem instanceof Refusal && problem.status === 401) void queries.invalidateQueries({ queryKey: ["me"] });
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: lookAgain }),
  mutationCache: new MutationCache({ onError: lookAgain }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused it refuses again; what did not arrive may arrive.
      retry: (count, problem) => count < 2 && !(problem instanceof Refusal && problem.status < 500),
      refetchOnWindowFocus: true,
    },
  },
});

const nonce = (): string => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? "";

// Where the library that stops the page from scrolling under dialogs looks for the nonce of its style.
Object.assign(globalThis, { __webpack_nonce__: nonce() });

createRoot(document.querySelector("#root")!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
      <QueryClientProvider client={queries}>
        <SpeechProvider>
          <ToastProvider>
            <App />
          </ToastProvider>
        </SpeechProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
