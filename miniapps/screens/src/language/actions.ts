/** What a tap does and what may come back: the shapes of `camaug_sdk/actions.py`. */

import type { Screen } from "./screens.ts";

export type Tone = "neutral" | "info" | "good" | "warn" | "bad";
export type Lang = "vi" | "en";

export interface Go {
  type: "go";
  href: string;
  replace?: boolean;
}
export interface Open {
  type: "open";
  href: string;
}
export interface Confirm {
  title: string;
  text?: string;
  accept: string;
}
export interface Send {
  type: "send";
  href: string;
  method?: "POST" | "PUT" | "DELETE";
  body?: Record<string, string | number | boolean | string[] | null>;
  confirm?: Confirm;
  later?: boolean;
}
export interface Download {
  type: "download";
  href: string;
}
export interface Print {
  type: "print";
  href?: string | null;
  paper?: "a4" | "slip";
}
export type Action = Go | Open | Send | Download | Print;

export interface Toast {
  text: string;
  tone?: Tone;
}
export interface Outcome {
  type: "outcome";
  then?: Go | { type: "refresh" };
  toast?: Toast;
}
/** What `/api/v1/session/...` answers to a successful sign-in. */
export interface SignedIn {
  type: "signed-in";
  access_token: string;
  /** Seconds. */
  expires_in: number;
  refresh_token?: string;
  shared?: boolean;
  then: Go;
}
export type Answer = Outcome | Screen | SignedIn;
