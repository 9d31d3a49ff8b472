/** What a tap does: steps, writes, downloads, and what the server's answers lead to. */

import type { Api } from "../client/api.ts";
import { AnotherWaits, Later, type Outbox } from "../client/outbox.ts";
import { NetworkLost, Problem, SignInNeeded } from "../client/problem.ts";
import type { Translate } from "../client/words.ts";
import type { Action, Answer, Download, Go, Print, Send, Toast } from "../language/actions.ts";
import type { Values } from "../language/rules.ts";
import type { Screen } from "../language/screens.ts";
import { ask } from "./ask.ts";
import { prove } from "./prove.ts";

/** The parts of an app that deeds work on. */
export interface Stage {
  readonly api: Api;
  readonly outbox: Outbox;
  readonly t: Translate;
  /** The title of the present screen. */
  readonly titled: string;
  go(to: Go): void;
  toast(toast: Toast): void;
  refresh(): void;
  /** Show a screen without a step in the history, such as the entry of a code after a phone. */
  showInPlace(screen: Screen): void;
  signedIn(then: Go | undefined): void;
  signIn(): void;
  signOut(): Promise<void>;
  /** Lead the person to what waits for a network. */
  showWaiting(): void;
  wrote(): void;
}

/** The person did not want to prove who they are: nothing was done. */
class GaveUp extends Error {}

/** The browser reads what it saves a moment after the click. */
const KEPT_FOR_SAVING_MS = 60_000;
const END_SESSION = "/api/v1/session/end";

/** Do it once: a second tap while the first is at work does nothing. */
export async function act(action: Action, origin: Element, stage: Stage): Promise<void> {
  if (action.type === "go") return stage.go(action);
  if (action.type === "open") return location.assign(action.href);
  if (origin.ariaBusy === "true") return;
  origin.ariaBusy = "true";
  try {
    if (action.type === "download") await download(action, stage);
    else if (action.type === "print") await printed(action, stage);
    else await send(action, {}, stage, origin.classList.contains("button-danger"));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    stage.toast({ text: error.errors[0]?.message || error.detail || error.title || stage.t("problem.other.text"), tone: "bad" });
  } finally {
    origin.ariaBusy = null;
  }
}

/** As `Context.send`; `danger` marks the question of a button that was marked so. */
export async function send(action: Send, values: Values, stage: Stage, danger = false): Promise<boolean> {
  if (action.confirm && !(await ask(action.confirm, danger, stage.t))) return false;
  return attempted(stage, () => proven(stage, async () => {
    if (action.href === END_SESSION) return stage.signOut();
    const body = { ...values, ...action.body };
    if (action.later) return take(await stage.outbox.send(action, body, stage.titled, location.pathname), stage);
    const empty = action.method === "DELETE" && Object.keys(body).length === 0;
    const answer = await stage.api.write(action.method ?? "POST", action.href, empty ? undefined : body);
    take(answer as Answer | undefined, stage);
  }));
}

/** What the server refuses for want of a fresh proof is done again after the person has given it. */
async function proven(stage: Stage, deed: () => Promise<void>): Promise<void> {
  try {
    await deed();
  } catch (error) {
    if (!(error instanceof Problem && error.code === "proof_needed")) throw error;
    if (!(await prove(stage.api, stage.t))) throw new GaveUp();
    await deed();
  }
}

/** The address is answered at the time of the tap, as it is good for minutes only. */
async function download(action: Download, stage: Stage): Promise<void> {
  await attempted(stage, async () => {
    const answer = await stage.api.download(action.href);
    const link = document.createElement("a");
    if (typeof answer === "string") {
      link.href = answer;
      link.rel = "noopener";
      link.target = "_blank";
    } else {
      link.href = URL.createObjectURL(answer);
      link.download = answer.name;
      setTimeout(() => URL.revokeObjectURL(link.href), KEPT_FOR_SAVING_MS);
    }
    link.click();
  });
}

/** Noted first: a paper that nobody knows of is not printed. The styles know what is in the printer. */
async function printed(action: Print, stage: Stage): Promise<void> {
  await attempted(stage, async () => {
    const paper = action.paper ?? "a4";
    if (action.href) {
      await stage.api.write("POST", action.href, { paper });
      document.documentElement.dataset["paper"] = paper;
    } else delete document.documentElement.dataset["paper"];
    window.print();
  });
}

async function attempted(stage: Stage, deed: () => Promise<void>): Promise<boolean> {
  try {
    await deed();
    return true;
  } catch (error) {
    if (error instanceof GaveUp) return false;
    if (error instanceof SignInNeeded) stage.signIn();
    else if (error instanceof Later) stage.showWaiting();
    else if (error instanceof AnotherWaits) stage.toast({ text: stage.t("outbox.another"), tone: "warn" });
    else if (error instanceof NetworkLost) stage.toast({ text: stage.t("send.lost"), tone: "warn" });
    else throw error;
    return error instanceof Later;
  }
}

export function take(answer: Answer | undefined, stage: Stage): void {
  if (answer?.type === "signed-in") {
    stage.api.session.accept(answer);
    return stage.signedIn(answer.then);
  }
  stage.wrote();
  if (answer?.type === "screen") return stage.showInPlace(answer);
  if (answer?.toast) stage.toast(answer.toast);
  if (answer?.then?.type === "go") stage.go(answer.then);
  else if (answer === undefined || answer.then) stage.refresh();
}
