/**
 * GET /p/{id}: a published program's share link. Programs that unfurl links read its title, score and description out of
 * the head; people are taken to the page. GET /p/{id}/embed is the same as a card for a frame on any other page.
 * Everything a user wrote is escaped; neither page runs any script at all.
 */
import { Program } from "@weightsmith/core";
import { html } from "hono/html";
import type { App, AppContext } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { programIdOf } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const TITLE_CHARACTERS = 90;
const TEXT_CHARACTERS = 240;

interface Card {
  readonly title: string;
  readonly score: string;
  readonly text: string;
  /** Where the share link lies, and where the page shows the program. */
  readonly link: string;
  readonly address: string;
}

export function programCard(app: App, services: Services): void {
  const { db, publicUrl } = services;
  const open = guard(services, { access: "nobody", bucket: "read" });
  const cardOf = async (c: AppContext): Promise<Card> => {
    // Without a workspace: only what is public.
    const program = await Program.get(db, { programId: programIdOf(c) });
    const { name, spec, scores } = Program.summary(program, undefined);
    const heldOut = scores?.heldOut;
    const origin = publicUrl ?? new URL(c.req.url).origin;
    return {
      title: short(name ?? spec, TITLE_CHARACTERS),
      score:
        heldOut?.exactMatch == null
          ? ""
          : `${Math.round(heldOut.exactMatch * 100)} % of ${heldOut.n} held-out examples right. `,
      text: short(spec, TEXT_CHARACTERS),
      link: `${origin}/p/${program.id}`,
      address: `${origin}/#/programs/${program.id}`,
    };
  };

  app.get("/p/:id/embed", open, async (c) => {
    const { title, score, text, link } = await cardOf(c);
    c.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *");
    c.header("cache-control", "public, max-age=60");
    return c.html(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${title} · Weightsmith</title>
    <style>
      :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
      body { margin: 0; }
      a { display: block; padding: 1rem 1.25rem; border: 1px solid light-dark(#e3dcd1, #38312a); border-radius: 0.5rem;
        background: light-dark(#ffffff, #1e1a16); color: light-dark(#211c17, #f0ebe3); text-decoration: none; }
      strong { display: block; font-size: 1.1rem; }
      b { color: light-dark(#b23a0c, #ff9a68); font-weight: 600; }
      span { color: light-dark(#685f55, #a99f93); }
    </style>
  </head>
  <body>
    <a href="${link}" target="_blank" rel="noopener">
      <strong>${title}</strong> <b>${score}</b><br />${text} <span>Weightsmith</span>
    </a>
  </body>
</html>`);
  });

  app.get("/p/:id", open, async (c) => {
    const { title, score, text: description, link, address } = await cardOf(c);
    const text = short(`${score}${description}`, TEXT_CHARACTERS);
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
    <meta property="og:url" content="${link}" />
    <meta property="og:image" content="${new URL("/card.png", link).href}" />
    <meta name="twitter:card" content="summary_large_image" />
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
