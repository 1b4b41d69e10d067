/**
 * GET /p/{id}: a published program's share link. Programs that unfurl links read its title, score and description out of
 * the head; people are taken to the page. Everything a user wrote is escaped; the page runs no script at all.
 */
import { Program } from "@weightsmith/core";
import { html } from "hono/html";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { programIdOf } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const TITLE_CHARACTERS = 90;
const TEXT_CHARACTERS = 240;

export function programCard(app: App, services: Services): void {
  app.get("/p/:id", guard(services, { access: "nobody", bucket: "read" }), async (c) => {
    const programId = programIdOf(c);
    // Without a workspace: only what is public.
    const program = await Program.get(services.db, { programId });
    const { name, spec, scores } = Program.summary(program, undefined);
    const title = short(name ?? spec, TITLE_CHARACTERS);
    const heldOut = scores?.heldOut;
    const score =
      heldOut?.exactMatch == null
        ? ""
        : `${Math.round(heldOut.exactMatch * 100)} % of ${heldOut.n} held-out examples right. `;
    const text = short(`${score}${spec}`, TEXT_CHARACTERS);
    const origin = services.publicUrl ?? new URL(c.req.url).origin;
    const address = `${origin}/#/programs/${program.id}`;
    c.header("content-security-policy", "default-src 'none'; frame-ancestors *");
    c.header("cache-control", "public, max-age=60");
    return c.html(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${title} · Weightsmith</title>
    <meta name="description" content="${text}" />
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content="Weightsmith" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${text}" />
    <meta property="og:url" content="${origin}/p/${program.id}" />
    <meta name="twitter:card" content="summary" />
    <meta http-equiv="refresh" content="0; url=${address}" />
    <link rel="canonical" href="${address}" />
  </head>
  <body>
    <h1>${title}</h1>
    <p>${text}</p>
    <p><a href="${address}">Open it</a></p>
  </body>
</html>`);
  });
}

function short(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}
