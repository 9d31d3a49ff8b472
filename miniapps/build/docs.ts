/** The page of the API's documentation: its words from its catalogues, and the contracts beside it. */

import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import en from "../docs/locales/en.json" with { type: "json" };
import vi from "../docs/locales/vi.json" with { type: "json" };

const CATALOGUES: Record<string, Record<string, string>> = { vi, en };
const CONTRACTS = new URL("../../openapi/", import.meta.url);
/** Each contract by its name under `/api/docs/`. */
const PUBLISHED: Record<string, string> = {
  "openapi.json": "host.openapi.json",
  "screen.schema.json": "screen.schema.json",
  "manifest.schema.json": "manifest.schema.json",
};

export function docs(): Plugin {
  return {
    name: "camaug-docs",
    transformIndexHtml: (html) =>
      html.replace(/%(vi|en):(\w+)%/g, (place, lang: string, word: string) => {
        const text = CATALOGUES[lang]?.[word];
        if (text === undefined) throw new Error(`no word for ${place}`);
        return text;
      }),
    generateBundle() {
      for (const [name, file] of Object.entries(PUBLISHED)) {
        this.emitFile({ type: "asset", fileName: `api/docs/${name}`, source: readFileSync(new URL(file, CONTRACTS)) });
      }
    },
  };
}
