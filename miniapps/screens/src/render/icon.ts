/** One icon of the sprite, by its lucide name. */

import { svg, type TemplateResult } from "lit";
import { href, names } from "virtual:camaug-icons";

const known = new Set(names);

/** Decoration only: the word beside it carries the meaning. An unknown name is a neutral dot. */
export function icon(name: string, extra = ""): TemplateResult {
  const id = known.has(name) ? name : "dot";
  return svg`<svg class="icon ${extra}" aria-hidden="true" focusable="false"
    ><use href="${href}#${id}"></use></svg>`;
}
