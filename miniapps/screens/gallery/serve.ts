/**
 * The gallery: the built shells under their real Content-Security-Policy, with sample screens for
 * answers. For looking and for automatic checks; no part of the product.
 *
 *     npm run build && npm run gallery -- 8099
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Lang } from "../src/language/actions.ts";
import { everyBlock, everyField } from "./fixtures/blocks.ts";
import * as citizen from "./fixtures/citizen.ts";
import { deskForm, queue, staffSummary } from "./fixtures/console.ts";
import { type Fixture, shown } from "./fixtures/pick.ts";

const WEB = process.env["CAMAUG_WEB_OUT"] ?? fileURLToPath(new URL("../../../.camaug/web/manual", import.meta.url));
const PORT = Number(process.argv[2] ?? 8099);
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob: data:; " +
  "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

const SCREENS: Record<string, Fixture<object>> = {
  "/api/v1/screens/home": citizen.home,
  "/api/v1/me/summary": citizen.summary,
  "/api/v1/staff/summary": staffSummary,
  "/api/v1/screens/sign-in": citizen.signIn,
  "/api/v1/screens/inbox": citizen.inbox,
  "/api/v1/screens/empty": citizen.emptyInbox,
  "/api/v1/screens/profile": citizen.profile,
  "/api/v1/screens/blocks": everyBlock,
  "/api/v1/screens/fields": everyField,
  "/api/v1/apps/procedure-search/": citizen.procedure,
  "/api/v1/apps/submit-dossier/step-2": citizen.formStep,
  "/api/v1/apps/track-dossier/42": citizen.dossier,
  "/api/v1/screens/console": queue,
  "/api/v1/screens/console/sign-in": citizen.signIn,
  "/api/v1/apps/track-dossier/desk/": queue,
  "/api/v1/apps/track-dossier/desk/42": deskForm,
  "/api/v1/communes": () => COMMUNES,
  "/api/v1/shell-config": () => ({ push: null }),
};
const COMMUNES = ["An Xuyên", "Bạc Liêu", "Đất Mũi", "Năm Căn", "Tân Thành", "Gành Hào"].map((name, index) => ({
  code: String(31825 + index),
  name,
  kind: index < 2 ? "ward" : "commune",
}));
const TOKEN = `e30.${Buffer.from(JSON.stringify({ sub: "gallery" })).toString("base64url")}.x`;
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg==", "base64");

function api(request: IncomingMessage, response: ServerResponse, path: string): void {
  const lang: Lang = request.headers["accept-language"] === "en" ? "en" : "vi";
  const json = (body: unknown, status = 200): void => {
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  };
  const fixture = SCREENS[path];
  if (path === "/api/v1/live") return void response.writeHead(200, { "Content-Type": "text/event-stream" }).write(": here\n\n");
  if (path === "/api/v1/gallery/photo") return void response.writeHead(200, { "Content-Type": "image/png" }).end(PIXEL);
  if (path === "/api/v1/session/refresh") return json({ access_token: TOKEN, expires_in: 600 });
  if (path === "/api/v1/session/otp") return json(shown(citizen.code, lang));
  if (path === "/api/v1/session/otp/verify") return json({ type: "signed-in", access_token: TOKEN, expires_in: 600, then: { type: "go", href: "/" } });
  if (request.method === "GET" && fixture) return json(shown(fixture, lang));
  if (request.method === "GET") return json({ title: "Không tìm thấy", detail: "Trang này không có.", code: "not_found" }, 404);
  json({ type: "outcome", toast: { text: lang === "vi" ? "Đã ghi nhận" : "Done" } });
}

function file(response: ServerResponse, path: string): void {
  const page = path.startsWith("/console") ? "console.html" : "index.html";
  const wanted = join(WEB, path);
  const found = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(WEB, page);
  const type = TYPES[extname(found)] ?? "application/octet-stream";
  response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": POLICY }).end(readFileSync(found));
}

createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://gallery");
  if (pathname.startsWith("/api/")) api(request, response, pathname);
  else file(response, pathname);
}).listen(PORT, "127.0.0.1", () => console.log(`gallery on http://127.0.0.1:${PORT}`));
