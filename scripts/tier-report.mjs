// The last lines of `npm test`: for each tier what passed, what failed, what was skipped and why. With
// WEIGHTSMITH_TEST_COUNTS set, the sums are also written to that file as JSON.
import { writeFileSync } from "node:fs";

/** A vitest reporter. */
export default class TierReport {
  onTestRunEnd(testModules, unhandledErrors) {
    const tiers = new Map();
    for (const testModule of testModules) {
      const name = testModule.project.name;
      if (!tiers.has(name))
        tiers.set(name, { files: 0, passed: 0, failed: 0, skipped: 0, reasons: new Map() });
      const tier = tiers.get(name);
      tier.files++;
      // A file that cannot be loaded has no tests, and has failed.
      tier.failed += testModule.errors().length;
      for (const test of testModule.children.allTests()) {
        const { state, note } = test.result();
        if (state === "passed") tier.passed++;
        else if (state === "failed") tier.failed++;
        else {
          tier.skipped++;
          const reason = note ?? `${testModule.relativeModuleId ?? testModule.moduleId}: ${test.fullName}`;
          tier.reasons.set(reason, (tier.reasons.get(reason) ?? 0) + 1);
        }
      }
    }

    const sums = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    console.log("\nTiers");
    for (const [name, { files, passed, failed, skipped, reasons }] of tiers) {
      sums.passed += passed;
      sums.failed += failed;
      sums.skipped += skipped;
      const parts = [
        `${passed} passed`,
        ...(failed ? [`${failed} FAILED`] : []),
        ...(skipped ? [`${skipped} skipped`] : []),
      ];
      console.log(`  ${name.padEnd(12)} ${parts.join(", ")} (${files} ${files === 1 ? "file" : "files"})`);
      for (const [reason, count] of reasons) console.log(`  ${"".padEnd(12)} skipped ${count}: ${reason}`);
    }
    if (unhandledErrors.length > 0) console.log(`  errors outside of any test: ${unhandledErrors.length}`);
    console.log(
      `\n${sums.passed} passed, ${sums.failed} failed${sums.skipped ? `, ${sums.skipped} skipped` : ""}`,
    );
    const file = process.env.WEIGHTSMITH_TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(sums));
  }
}
