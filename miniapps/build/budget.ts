/** Prints what the first load of each page weighs, gzipped; over the budget the build says so. */

import { gzipSync } from "node:zlib";
import type { Plugin, Rollup } from "vite";

const BUDGET_KB = 60;

type File = Rollup.OutputAsset | Rollup.OutputChunk;

export function budget(): Plugin {
  return {
    name: "camaug-budget",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const page of ["index.html", "console.html"]) {
        const files = firstLoad(page, bundle);
        const kilobytes = files.reduce((sum, file) => sum + weight(file), 0) / 1000;
        const verdict = kilobytes > BUDGET_KB ? `OVER the budget of ${BUDGET_KB} kB` : `of ${BUDGET_KB} kB`;
        const names = files.map((file) => `${file.fileName} ${(weight(file) / 1000).toFixed(1)}`);
        console.log(`first load ${page}: ${kilobytes.toFixed(1)} kB gzip ${verdict} (${names.join(", ")})`);
      }
    },
  };
}

/** The page and what it names in its head: scripts, preloaded scripts, styles. */
function firstLoad(page: string, bundle: Rollup.OutputBundle): File[] {
  const all = Object.values(bundle);
  const html = all.find((file) => file.fileName === page);
  if (html?.type !== "asset") throw new Error(`no ${page} in the bundle`);
  const named = [...String(html.source).matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)];
  return [html, ...named.flatMap(([, name]) => all.filter((file) => file.fileName === name))];
}

function weight(file: File): number {
  return gzipSync(file.type === "chunk" ? file.code : file.source, { level: 9 }).length;
}
