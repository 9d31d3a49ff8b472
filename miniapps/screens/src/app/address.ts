/** From an address of the shell to the address of its screen, and back for sign-in. */

export type AppName = "citizen" | "console";

/** `/console/apps/track-dossier/42?tab=a` is shown by `/api/v1/apps/track-dossier/desk/42?tab=a`. */
export function screenPath(app: AppName, path: string, search: string): string {
  const inner = app === "console" ? path.replace(/^\/console\/?/, "/") : path;
  const utility = /^\/apps\/([^/]+)(\/.*)?$/.exec(inner);
  if (utility) {
    const [, id, rest = "/"] = utility;
    return `/api/v1/apps/${id}${app === "console" ? "/desk" : ""}${rest}${search}`;
  }
  const name = inner.replace(/^\/+|\/+$/g, "");
  if (app === "console") return `/api/v1/screens/console${name && `/${name}`}${search}`;
  return `/api/v1/screens/${name || "home"}${search}`;
}

/** Whether this app shows an address of our own origin; the other addresses are left to the browser. */
export function belongsTo(app: AppName, path: string): boolean {
  if (/^\/(api|health|metrics|\.well-known|assets|q)(\/|$)/.test(path)) return false;
  const desk = path === "/console" || path.startsWith("/console/");
  return desk === (app === "console");
}

/** Where to sign in, coming back to `here` afterwards. */
export function signInPath(app: AppName, here: string): string {
  const base = app === "console" ? "/console/sign-in" : "/sign-in";
  const home = app === "console" ? "/console" : "/";
  return here === home || here.startsWith(base) ? base : `${base}?next=${encodeURIComponent(here)}`;
}
