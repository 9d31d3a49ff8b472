/** The code of the authenticator app, asked for again before what others could abuse (RFC 9470). */

import { html, nothing, render } from "lit";
import type { Api } from "../client/api.ts";
import { isRecord, NetworkLost, Problem } from "../client/problem.ts";
import type { Translate } from "../client/words.ts";
import { icon } from "../render/icon.ts";

const PROOF = "/api/v1/staff/me/proof";

/** True when the code was right and the session counts as proved; false when the person gave up. */
export function prove(api: Api, t: Translate): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "prove-title");
  let proved = false;
  let busy = false;

  function draw(wrong: string): void {
    render(
      html`<form class="stack" novalidate @submit=${submit}>
        <h2 id="prove-title">${t("prove.title")}</h2>
        <p class="text" id="prove-text">${t("prove.text")}</p>
        <div class="field">
          <label for="prove-code">${t("prove.code")}</label>
          <input id="prove-code" class="figures" inputmode="numeric" autocomplete="one-time-code" maxlength="7" autofocus
            aria-invalid=${wrong ? "true" : nothing} aria-describedby=${wrong ? "prove-wrong" : "prove-text"}>
          ${wrong ? html`<p class="field-error" id="prove-wrong">${icon("circle-alert")}<span>${wrong}</span></p>` : nothing}
        </div>
        <div class="stack-8">
          <button class="button button-primary" type="submit">${t("prove.accept")}</button>
          <button class="button button-quiet" type="button" @click=${() => dialog.close()}>${t("cancel")}</button>
        </div>
      </form>`,
      dialog,
    );
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const input = dialog.querySelector("input");
    try {
      const code = (input?.value ?? "").replaceAll(/\D/g, "");
      const answer = await api.write("POST", PROOF, { code });
      if (isRecord(answer)) api.session.accept({ access_token: String(answer["access_token"]), expires_in: Number(answer["expires_in"]) });
      proved = true;
      dialog.close();
    } catch (error) {
      draw(said(error, t));
      input?.select();
      input?.focus();
    } finally {
      busy = false;
    }
  }

  draw("");
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(proved);
    });
  });
}

function said(error: unknown, t: Translate): string {
  if (error instanceof Problem) return error.errors[0]?.message || error.detail || error.title;
  return t(error instanceof NetworkLost ? "send.lost" : "problem.other.text");
}
