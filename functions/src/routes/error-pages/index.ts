/** GET /docs/errors and /docs/errors/{code}: the catalogue's pages, to which every error answer points. */
import { AppError, CATALOGUE, ERROR_CODES, isErrorCode } from "@weightsmith/contract";
import { html } from "hono/html";
import type { App } from "../../http/environment.ts";

const STYLE = `body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}
code{font-size:.95em}table{border-collapse:collapse}td,th{text-align:left;padding:.3rem .8rem .3rem 0;vertical-align:top}`;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

export function errorPages(app: App): void {
  app.get("/docs/errors", (c) => {
    c.header("content-security-policy", POLICY);
    const rows = ERROR_CODES.map(
      (code) =>
        html`<tr><td><a href="/docs/errors/${code}"><code>${code}</code></a></td><td>${CATALOGUE[code].status}</td><td>${CATALOGUE[code].title}</td></tr>`,
    );
    return c.html(
      page(
        "Errors",
        html`<h1>Errors</h1><table><tr><th>code</th><th>status</th><th>what it says</th></tr>${rows}</table>`,
      ),
    );
  });

  app.get("/docs/errors/:code", (c) => {
    const code = c.req.param("code");
    if (!isErrorCode(code))
      throw new AppError("route.not_found", { message: "There is no error of this code." });
    c.header("content-security-policy", POLICY);
    const { status, title, happened, fix, retryable } = CATALOGUE[code];
    return c.html(
      page(
        code,
        html`<p><a href="/docs/errors">Errors</a></p><h1><code>${code}</code></h1>
<p><strong>${title}.</strong> HTTP status ${status}. ${retryable ? "Trying the same again later can help." : "Trying the same again does not help."}</p>
<h2>What happened</h2><p>${happened}</p><h2>How to fix it</h2><p>${fix}</p>`,
      ),
    );
  });
}

const page = (title: string, body: unknown) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${STYLE}</style></head>
<body>${body}</body></html>`;
