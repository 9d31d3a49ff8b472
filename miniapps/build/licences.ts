/** The licences of what the built shells carry, beside them as `licences.txt`. */

import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const CARRIED = [
  "lit/LICENSE",
  "lit-html/LICENSE",
  "lit-element/LICENSE",
  "@lit/reactive-element/LICENSE",
  "lucide-static/LICENSE",
  "@fontsource/be-vietnam-pro/LICENSE",
  "swagger-ui-dist/LICENSE",
  "swagger-ui-dist/NOTICE",
  "swagger-ui-dist/swagger-ui-es-bundle.js.LICENSE.txt",
];

export function licences(): Plugin {
  return {
    name: "camaug-licences",
    generateBundle() {
      const texts = CARRIED.map((path) => {
        const file = new URL(`../node_modules/${path}`, import.meta.url);
        return `${path.replace(/\/LICENSE$/, "")}\n\n${readFileSync(file, "utf8").trim()}\n`;
      });
      this.emitFile({ type: "asset", fileName: "licences.txt", source: texts.join("\n\n") });
    },
  };
}
