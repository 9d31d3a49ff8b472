/** The question before a deed that cannot be undone, in the browser's own dialog. */

import { html, nothing, render } from "lit";
import type { Confirm } from "../language/actions.ts";
import type { Translate } from "../client/words.ts";

/** True when the person accepts; Escape and the other button mean no. Focus returns by itself. */
export function ask(question: Confirm, danger: boolean, t: Translate): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "ask-title");
  render(
    html`<form method="dialog" class="stack">
      <h2 id="ask-title">${question.title}</h2>
      ${question.text ? html`<p class="text">${question.text}</p>` : nothing}
      <div class="stack-8">
        <button class="button ${danger ? "button-danger" : "button-primary"}" value="yes">${question.accept}</button>
        <button class="button button-quiet" value="no">${t("cancel")}</button>
      </div>
    </form>`,
    dialog,
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
