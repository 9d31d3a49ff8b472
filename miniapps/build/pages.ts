/** Puts the pages at the root of the output and tells the service worker what to keep. */

import { createHash } from "node:crypto";
import type { Plugin, Rollup } from "vite";

const PAGES: Record<string, string> = {
  "shell/index.html": "index.html",
  "console/console.html": "console.html",
  "docs/docs.html": "docs.html",
};

export function pages(): Plugin {
  return {
    name: "camaug-pages",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const [from, to] of Object.entries(PAGES)) {
        const page = bundle[from];
        if (page?.type === "asset") page.fileName = to;
      }
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") throw new Error("no service worker in the bundle");
      const kept = shellFiles(bundle);
      const version = createHash("sha256").update(kept.join()).digest("hex").slice(0, 10);
      worker.code = worker.code
        .replace("__VERSION__", version)
        .replace(/["'`]__KEPT__["'`]/, JSON.stringify(JSON.stringify(kept)));
    },
  };
}

/** Everything that the citizen shell needs to start without a network. */
function shellFiles(bundle: Rollup.OutputBundle): string[] {
  const files = Object.values(bundle).map((file) => file.fileName);
  const own = files.filter((name) => name.startsWith("assets/") && !/^assets\/(console|docs)-/.test(name));
  return own.sort().map((name) => `/${name}`);
}
