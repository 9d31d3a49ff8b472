/** Language and appearance: kept on the device, so the shell asks for them itself. */

import { html, type TemplateResult } from "lit";
import { setTheme, type Theme, theme } from "../client/settings.ts";
import type { Lang } from "../language/actions.ts";
import type { Context } from "../render/context.ts";

const LANGUAGES: readonly (readonly [Lang, string])[] = [["vi", "Tiếng Việt"], ["en", "English"]];
const THEMES: readonly Theme[] = ["system", "light", "dark"];

export function settingsPanel(ctx: Context, setLang: (lang: Lang) => void): TemplateResult {
  return html`<section class="settings stack" aria-labelledby="settings-title">
    <h2 id="settings-title">${ctx.t("settings.title")}</h2>
    ${languageSwitch(ctx, setLang)}
    <fieldset class="field"><legend>${ctx.t("settings.theme")}</legend>
      <div class="segments">${THEMES.map((one) => html`<label><input type="radio" name="theme"
        .checked=${theme() === one} @change=${() => setTheme(one)} /><span>${ctx.t(`settings.theme.${one}`)}</span></label>`)}</div>
    </fieldset>
  </section>`;
}

export function languageSwitch(ctx: Context, setLang: (lang: Lang) => void): TemplateResult {
  return html`<fieldset class="field"><legend>${ctx.t("settings.language")}</legend>
    <div class="segments">${LANGUAGES.map(([lang, name]) => html`<label lang=${lang}><input type="radio" name="lang"
      .checked=${ctx.lang === lang} @change=${() => setLang(lang)} /><span>${name}</span></label>`)}</div>
  </fieldset>`;
}
