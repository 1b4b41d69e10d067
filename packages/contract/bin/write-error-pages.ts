/** Writes docs/errors/CODE.md from the catalogue: `node packages/contract/bin/write-error-pages.ts`. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CATALOGUE, ERROR_CODES, errorPage, isErrorCode } from "../src/error-catalogue.ts";

const folder = path.join(import.meta.dirname, "../../../docs/errors");
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) {
  if (file !== "README.md" && !isErrorCode(file.replace(/\.md$/, ""))) rmSync(path.join(folder, file));
}
for (const code of ERROR_CODES) writeFileSync(path.join(folder, `${code}.md`), errorPage(code));

const rows = ERROR_CODES.map((code) => {
  const { status, retryable, title } = CATALOGUE[code];
  return `| [${code}](${code}.md) | ${status} | ${retryable ? "yes" : "no"} | ${title} |`;
});
const table = ["| code | HTTP status | retry | what it says |", "| --- | --- | --- | --- |", ...rows].join(
  "\n",
);
writeFileSync(
  path.join(folder, "README.md"),
  `# Errors\n\nEvery error answer is \`{"error": {"code", "status", "title", "message", "remedy", "retryable", "requestId", "documentation", "details"}}\`.\n\n${table}\n`,
);
