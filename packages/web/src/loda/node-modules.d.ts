/** What LODA's stores on disk import; in the page no-files.ts stands in for it. */
declare module "node:fs" {
  export function readFileSync(file: string, encoding: "utf8"): string;
}
declare module "node:path" {
  const path: { join(...parts: string[]): string };
  export default path;
}
