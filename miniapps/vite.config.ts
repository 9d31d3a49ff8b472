import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { budget } from "./build/budget.ts";
import { docs } from "./build/docs.ts";
import { icons } from "./build/icons.ts";
import { licences } from "./build/licences.ts";
import { pages } from "./build/pages.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  publicDir: here("shell/public"),
  plugins: [icons(), licences(), docs(), pages(), budget()],
  build: {
    outDir: process.env["CAMAUG_WEB_OUT"] ?? here("../.camaug/web/manual"),
    emptyOutDir: true,
    target: ["chrome107", "safari16", "firefox104"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000, // of the API documentation; build/budget.ts watches the shells
    rolldownOptions: {
      input: {
        index: here("shell/index.html"),
        console: here("console/console.html"),
        docs: here("docs/docs.html"),
        sw: here("shell/src/sw.ts"),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
});
