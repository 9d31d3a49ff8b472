/** Numbers over time: drawn for the eye, and as a table for whoever reads them otherwise. */

import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import type { Chart, Series } from "../language/screens.ts";
import type { Context } from "./context.ts";

const WIDTH = 300;
const HEIGHT = 100;
const GAP = 0.3;
const MOST_LABELS = 7;

export function chart(block: Chart, ctx: Context): TemplateResult {
  const highest = block.most ?? Math.max(...block.series.flatMap((one) => one.values.map((value) => value ?? 0)));
  const scale = highest > 0 ? highest : 1;
  const draw = block.style === "lines" ? line : bars;
  return html`<figure class="surface chart">
    <figcaption class="strong">${block.title}</figcaption>
    ${block.series.length > 1
      ? html`<ul class="legend" aria-hidden="true">${block.series.map((one, at) => html`<li><span class="key ${look(one, at)}"></span>${one.name}</li>`)}</ul>`
      : nothing}
    <svg aria-hidden="true" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">
      ${svg`<line class="axis" x1="0" x2=${WIDTH} y1=${HEIGHT} y2=${HEIGHT}></line>`}
      ${block.series.map((one, at) => draw(one, at, block, scale))}
    </svg>
    <div class="labels" aria-hidden="true">${block.labels.map((text, at) => html`<span>${seen(at, block.labels.length) ? text : nothing}</span>`)}</div>
    <details>
      <summary>${ctx.t("chart.table")}</summary>
      ${numbers(block)}
    </details>
  </figure>`;
}

/** Series differ by more than colour: the second is drawn in outline, the third dashed. */
function look(one: Series, at: number): string {
  return `tone-${one.tone ?? "info"} series-${at}`;
}

/** Not every label has room on a phone; the last one, which is now, always has. */
function seen(at: number, count: number): boolean {
  const step = Math.ceil(count / MOST_LABELS);
  return (count - 1 - at) % step === 0;
}

function bars(one: Series, at: number, block: Chart, scale: number): SVGTemplateResult[] {
  const room = WIDTH / block.labels.length;
  const width = (room * (1 - GAP)) / block.series.length;
  return one.values.map((value, index) => {
    const height = (Math.min(value ?? 0, scale) / scale) * HEIGHT;
    const x = index * room + (room * GAP) / 2 + at * width;
    return svg`<rect class=${look(one, at)} x=${x} y=${HEIGHT - height} width=${width} height=${height}></rect>`;
  });
}

/** A value that is not there interrupts the line; one that stands alone is a short stroke. */
function line(one: Series, at: number, block: Chart, scale: number): SVGTemplateResult {
  const room = WIDTH / block.labels.length;
  let path = "";
  one.values.forEach((value, index) => {
    if (value === null) return;
    const x = (index + 0.5) * room;
    const y = HEIGHT - (Math.min(value, scale) / scale) * HEIGHT;
    const joined = index > 0 && one.values[index - 1] !== null;
    path += joined ? `L${x} ${y}` : `M${x - 3} ${y}L${x} ${y}`;
    path += `h3h-3`;
  });
  return svg`<path class=${look(one, at)} d=${path}></path>`;
}

function numbers(block: Chart): TemplateResult {
  return html`<table>
    <caption class="visually-hidden">${block.title}</caption>
    <thead><tr><td></td>${block.series.map((one) => html`<th scope="col" class="align-end">${one.name}</th>`)}</tr></thead>
    <tbody>${block.labels.map((text, index) => html`<tr>
      <th scope="row">${text}</th>
      ${block.series.map((one) => html`<td class="align-end">${one.texts[index]}</td>`)}
    </tr>`)}</tbody>
  </table>`;
}
