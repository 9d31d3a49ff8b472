/** What this browser remembers about how the shell looks; it is no personal data. */

import type { Lang } from "../language/actions.ts";

export type Theme = "system" | "light" | "dark";

export function language(): Lang {
  return localStorage.getItem("camaug.lang") === "en" ? "en" : "vi";
}

export function setLanguage(lang: Lang): void {
  localStorage.setItem("camaug.lang", lang);
}

export function theme(): Theme {
  const kept = localStorage.getItem("camaug.theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function setTheme(wanted: Theme): void {
  localStorage.setItem("camaug.theme", wanted);
  applyTheme();
}

/** Whether single characters are keys of the console. */
export function keysOn(): boolean {
  return localStorage.getItem("camaug.keys") !== "off";
}

export function setKeys(on: boolean): void {
  if (on) localStorage.removeItem("camaug.keys");
  else localStorage.setItem("camaug.keys", "off");
}

/** tokens.css follows this attribute; without it, the system's wish. */
export function applyTheme(): void {
  const wanted = theme();
  if (wanted === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset["theme"] = wanted;
}
