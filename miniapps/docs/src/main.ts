/** The API's documentation at `/api/docs`. */

import { inRooms, published } from "./contract.ts";
import { view } from "./viewer.ts";

const night = matchMedia("(prefers-color-scheme: dark)");

/** The viewer has colours of its own for the night, under a class. */
function follow(): void {
  document.documentElement.classList.toggle("dark-mode", night.matches);
}

async function show(): Promise<void> {
  view(inRooms(await published()), "#viewer");
}

night.addEventListener("change", follow);
follow();
show().catch((error: unknown) => {
  console.error(error);
  document.querySelector<HTMLElement>("#trouble")!.hidden = false;
});
