import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const server = process.env.GALLEY_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2023",
    sourcemap: false,
    modulePreload: { polyfill: false }, // the polyfill is an inline script's cousin; our browsers have it
    assetsInlineLimit: 0, // data: URLs would need a wider policy
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // Libraries say "use client" for servers that render; there is none here.
      onwarn: (warning, tell) => {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") tell(warning);
      },
      input: { app: "index.html", editor: "src/host/embed.ts" },
      preserveEntrySignatures: "exports-only",
      output: {
        entryFileNames: (chunk) => (chunk.name === "editor" ? "assets/galley-editor.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: {
    // A page under test is not loaded again because somebody saves a file.
    ...(process.env.GALLEY_STAGE === undefined ? {} : { hmr: false as const }),
    proxy: { "/api": server, "/health": server, "/ready": server },
  },
});
