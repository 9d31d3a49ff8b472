/** The renderer's own words, and numbers and sizes as people of a language write them. */

import en from "../../locales/en.json" with { type: "json" };
import vi from "../../locales/vi.json" with { type: "json" };
import type { Lang } from "../language/actions.ts";

export type Word = keyof typeof vi;
export type Translate = (word: Word, with_?: Readonly<Record<string, string | number>>) => string;

const MEBIBYTE = 1024 ** 2;
const CATALOGUES: Record<Lang, Record<Word, string>> = { vi, en };

export function translator(lang: Lang): Translate {
  const catalogue = CATALOGUES[lang];
  return (word, with_ = {}) =>
    catalogue[word].replace(/\{(\w+)\}/g, (whole, name: string) =>
      Object.hasOwn(with_, name) ? format(with_[name] ?? "", lang) : whole,
    );
}

function format(value: string | number, lang: Lang): string {
  return typeof value === "number" ? number(value, lang) : value;
}

/** `1.234,5` in Vietnamese. */
export function number(value: number, lang: Lang, decimals = 3): string {
  const locale = lang === "vi" ? "vi-VN" : "en-GB";
  return new Intl.NumberFormat(locale, { maximumFractionDigits: decimals }).format(value);
}

/** `1,2 MB`; a limit of 10 MiB is "10 MB" to everybody. */
export function size(bytes: number, lang: Lang): string {
  const [unit, divisor] = bytes < MEBIBYTE ? ["kB", 1024] : ["MB", MEBIBYTE];
  return `${number(Math.max(bytes / divisor, 0.1), lang, 1)} ${unit}`;
}

/** `25/11/2026`, from an ISO date. */
export function date(iso: string): string {
  return iso.split("-").reverse().join("/");
}

/** `14:05 ngày 25/11/2026`, in Cà Mau. */
export function moment(at: Date, lang: Lang): string {
  const parts = new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "short", timeZone: "Asia/Ho_Chi_Minh" });
  const [day = "", time = ""] = parts.format(at).split(", ");
  return lang === "vi" ? `${time} ngày ${day}` : `${time} on ${day}`;
}
