import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";
import type { Skipped, Tally } from "./tally.ts";

/** Environment variable with the file that takes the tally as JSON. */
export const tallyFileVariable = "IMAGEFLEET_TALLY_FILE";

/**
 * Counts what vitest ran, with the reason of each skip. A file that cannot be loaded, a failed hook and an error outside
 * all tests are failures, too. Vitest takes a reporter as the default export of a file.
 */
// eslint-disable-next-line no-restricted-exports
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const brokenSuites = modules.flatMap((module) => [module, ...module.children.allSuites()]).filter((suite) => suite.errors().length > 0);
    const state = (wanted: string) => tests.filter((test) => test.result().state === wanted);
    const unfinished = state("pending").filter((test) => test.options.mode !== "skip" && test.options.mode !== "todo");
    const tally: Tally = {
      passed: state("passed").length,
      failed: state("failed").length + brokenSuites.length + unhandled.length + unfinished.length,
      skipped: state("skipped").map(describe),
    };
    const file = process.env[tallyFileVariable];
    if (file) writeFileSync(file, JSON.stringify(tally));
  }
}

function describe(test: TestCase): Skipped {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  return { name: `${test.module.relativeModuleId} > ${test.fullName}`, reason: note ?? (test.options.mode === "todo" ? "to do" : "no reason given") };
}
