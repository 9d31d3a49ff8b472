/** Registers this browser for push, once per account, with the provider that the server names. */

import type { Api } from "./api.ts";

interface ShellConfig {
  push: { provider: string; registration_url: string } | null;
}

const KEPT = "camaug.push";

/** Quietly does nothing when there is no provider or it cannot be reached: it tries again next time. */
export async function registerPush(api: Api): Promise<void> {
  const account = api.session.account;
  if (account === null || localStorage.getItem(KEPT) === account) return;
  const { push } = await api.json<ShellConfig>("/api/v1/shell-config");
  if (push?.provider !== "simulator") return;
  const answer = await fetch(push.registration_url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ app: "camaug", platform: "web", label: deviceLabel() }),
  });
  if (!answer.ok) return;
  const { token } = (await answer.json()) as { token: string };
  await api.write("POST", "/api/v1/devices", { provider: "fcm", token, platform: "web" });
  localStorage.setItem(KEPT, account);
}

function deviceLabel(): string {
  const known = /(Android|iPhone|iPad|Windows|Macintosh|Linux)/.exec(navigator.userAgent);
  return known?.[1] ?? "web";
}
