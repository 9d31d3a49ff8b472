/** The shell's history: links inside the shell become steps, "back" finds its scroll again. */

import { type AppName, belongsTo } from "./address.ts";

export interface Visit {
  readonly path: string;
  readonly search: string;
  /** `start`: first page; `step`: a link was followed; `back`: through the history; `stay`: a filter. */
  readonly kind: "start" | "step" | "back" | "stay";
  /** Where the page was scrolled to when it was left. */
  readonly scroll: number;
}

interface Kept {
  scroll?: number;
  /** How many steps of this shell lie before; 0: "back" would leave it. */
  depth?: number;
}

export class Router {
  private readonly app: AppName;
  private readonly onVisit: (visit: Visit) => void;

  constructor(app: AppName, onVisit: (visit: Visit) => void) {
    this.app = app;
    this.onVisit = onVisit;
  }

  start(): void {
    history.scrollRestoration = "manual";
    document.addEventListener("click", this.onClick);
    window.addEventListener("popstate", () => this.visit("back"));
    window.addEventListener("pagehide", () => this.keepScroll());
    window.addEventListener("scrollend", () => this.keepScroll());
    this.visit("start");
  }

  get here(): string {
    return location.pathname + location.search;
  }

  go(href: string, how: { replace?: boolean; stay?: boolean } = {}): void {
    const target = new URL(href, location.href);
    if (target.origin !== location.origin || !belongsTo(this.app, target.pathname)) {
      if (target.origin === location.origin) location.assign(target);
      return;
    }
    this.keepScroll();
    const address = target.pathname + target.search;
    const replace = how.replace === true || address === this.here;
    const { depth = 0 } = kept();
    if (replace) history.replaceState({ depth }, "", address);
    else history.pushState({ depth: depth + 1 }, "", address);
    this.visit(how.stay === true ? "stay" : "step");
  }

  /** One step back if the shell has been there, else to where the screen says. */
  back(href: string): void {
    const { depth = 0 } = kept();
    if (depth > 0) history.back();
    else this.go(href, { replace: true });
  }

  private visit(kind: Visit["kind"]): void {
    const { pathname: path, search } = location;
    this.onVisit({ path, search, kind, scroll: kept().scroll ?? 0 });
  }

  private keepScroll(): void {
    history.replaceState({ ...kept(), scroll: window.scrollY }, "");
  }

  private readonly onClick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (link === null || link.dataset["open"] !== undefined || link.target) return;
    if (link.origin !== location.origin || !belongsTo(this.app, link.pathname)) return;
    event.preventDefault();
    const { dataset } = link;
    if (dataset["back"] !== undefined) this.back(link.href);
    else this.go(link.href, { replace: dataset["replace"] !== undefined, stay: dataset["stay"] !== undefined });
  };
}

function kept(): Kept {
  return (history.state ?? {}) as Kept;
}
