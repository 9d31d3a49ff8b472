/** The licences of what the built shells carry, beside them as `licences.txt`. */

import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const CARRIED = ["lit", "lit-html", "lit-element", "@lit/reactive-element", "lucide-static", "@fontsource/be-vietnam-pro"];

export function licences(): Plugin {
  return {
    name: "camaug-licences",
    generateBundle() {
      const texts = CARRIED.map((name) => {
        const file = new URL(`../node_modules/${name}/LICENSE`, import.meta.url);
        return `${name}\n\n${readFileSync(file, "utf8").trim()}\n`;
      });
      this.emitFile({ type: "asset", fileName: "licences.txt", source: texts.join("\n\n") });
    },
  };
}
