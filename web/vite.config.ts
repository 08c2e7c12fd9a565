import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const EMBED = "galley-editor";
const server = process.env.GALLEY_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2023",
    sourcemap: false,
    license: { fileName: "third-party.txt" }, // the licences of what is bundled go where the code goes
    modulePreload: { polyfill: false }, // the polyfill is an inline script's cousin; our browsers have it
    assetsInlineLimit: 0, // data: URLs would need a wider policy
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // Libraries say "use client" for servers that render; there is none here.
      onwarn: (warning, tell) => {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") tell(warning);
      },
      input: { app: "index.html", [EMBED]: "src/host/embed.ts" },
      preserveEntrySignatures: "exports-only",
      output: {
        // What other sites embed has a name that stays.
        entryFileNames: (chunk) => (chunk.name === EMBED ? `assets/${EMBED}.js` : "assets/[name]-[hash].js"),
        // Its style is the workbench's, whichever chunk that is put in.
        assetFileNames: ({ names }) =>
          names.some((name) => name === "embed.css" || name === "workbench.css")
            ? `assets/${EMBED}.css`
            : "assets/[name]-[hash][extname]",
      },
    },
  },
  // Scripts find one another wherever a site has put the folder; the page finds them from every address of the app.
  experimental: {
    renderBuiltUrl: (_, { hostType }) => (hostType === "html" ? undefined : { relative: true }),
  },
  server: {
    // A page under test is not loaded again because somebody saves a file.
    ...(process.env.GALLEY_STAGE === undefined ? {} : { hmr: false as const }),
    proxy: { "/api": server, "/health": server, "/ready": server },
  },
});
