/** From what a person types to the value that a form holds. */

import { number } from "../client/words.ts";
import type { Lang } from "../language/actions.ts";
import type { Value } from "../language/rules.ts";

/** The value of a date that is half typed: filled, and an error. */
export const BAD_DATE = "?";

/**
 * A number as people of either language type it: "1.234,5", "1,234.5", "1234.5". A mark is a
 * decimal mark only where the field has that many decimals; else it groups thousands. NaN: no
 * number.
 */
export function readNumber(text: string, decimals: number): number | null {
  const bare = text.replace(/\s/g, "");
  if (bare === "") return null;
  const mark = Math.max(bare.lastIndexOf(","), bare.lastIndexOf("."));
  const isDecimal = mark >= 0 && bare.length - mark - 1 <= decimals;
  const whole = isDecimal ? bare.slice(0, mark) : bare;
  if (!/^-?(\d+|\d{1,3}([.,]\d{3})+)$/.test(whole)) return Number.NaN;
  return Number(whole.replace(/[.,]/g, "") + (isDecimal ? `.${bare.slice(mark + 1)}` : ""));
}

/** The value that the form holds for a typed text; what is no number stays text, and is an error. */
export function typedNumber(text: string, decimals: number): Value {
  const value = readNumber(text, decimals);
  return Number.isNaN(value) ? text : value;
}

export function digits(text: string): string {
  return text.replace(/\D/g, "");
}

/** Dots between thousands: "1.234.000". */
export function grouped(bare: string): string {
  return bare.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ".");
}

/** About a metre: five decimals of a degree. */
const DEGREE_DECIMALS = 5;

/** The value of a place on earth: "9.17680,105.15240". */
export function position(latitude: number, longitude: number): string {
  return `${latitude.toFixed(DEGREE_DECIMALS)},${longitude.toFixed(DEGREE_DECIMALS)}`;
}

/** That value as people read it: "9,1768; 105,1524"; undefined when there is none. */
export function spoken(value: Value, lang: Lang): string | undefined {
  if (typeof value !== "string" || !/^-?[\d.]+,-?[\d.]+$/.test(value)) return undefined;
  const degrees = value.split(",").map((one) => number(Number(one), lang, DEGREE_DECIMALS));
  return degrees.join(lang === "vi" ? "; " : ", ");
}
