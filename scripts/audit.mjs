// `node scripts/audit.mjs`: known vulnerabilities of what ships (not of development tools), by npm's advisories. High and
// critical ones fail. A registry that has no advisories, or cannot be reached, is no finding: it is said aloud.
import { spawnSync } from "node:child_process";
import { environment, root } from "./toolchain.mjs";

const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], {
  cwd: root,
  env: environment(),
  encoding: "utf8",
  timeout: 60_000,
  shell: process.platform === "win32",
});
let report;
try {
  report = JSON.parse(stdout);
} catch {}
if (report?.metadata?.vulnerabilities === undefined) {
  console.error("SKIPPED the audit of dependencies: the registry answers no advisories.");
  process.exit(0);
}
const serious = Object.values(report.vulnerabilities).filter(({ severity }) =>
  ["high", "critical"].includes(severity),
);
for (const { name, severity, range, via } of serious) {
  const titles = via.map((each) => each.title ?? each).join("; ");
  console.error(`${severity}: ${name} ${range}: ${titles}`);
}
console.log(`${serious.length} serious advisories among what ships.`);
process.exit(serious.length === 0 ? 0 : 1);
