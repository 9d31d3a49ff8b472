/** One SVG sprite of the lucide icons named in `screens/icons.txt`, as module `virtual:camaug-icons`. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const MODULE = "virtual:camaug-icons";
const RESOLVED = `\0${MODULE}`;
const LIST = new URL("../screens/icons.txt", import.meta.url);
const SOURCE = new URL("../node_modules/lucide-static/icons/", import.meta.url);

/** The names of the list; a name that lucide lacks ends the build. */
export function iconNames(): string[] {
  return readFileSync(LIST, "utf8").split("\n").filter(Boolean);
}

function symbol(name: string): string {
  const svg = readFileSync(new URL(`${name}.svg`, SOURCE), "utf8");
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  const packed = inner.replace(/<!--.*?-->/gs, "").replace(/\s+/g, " ").replaceAll("> <", "><").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${packed}</symbol>`;
}

export function icons(): Plugin {
  const names = iconNames();
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>\n`;
  const hash = createHash("sha256").update(sprite).digest("hex").slice(0, 10);
  const fileName = `assets/icons-${hash}.svg`;
  return {
    name: "camaug-icons",
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load: (id) =>
      id === RESOLVED
        ? `export const href = "/${fileName}"; export const names = ${JSON.stringify(names.join(" "))}.split(" ");`
        : undefined,
    generateBundle() {
      this.emitFile({ type: "asset", fileName, source: sprite });
    },
  };
}
