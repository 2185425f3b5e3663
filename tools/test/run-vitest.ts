import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { repositoryRoot } from "../setup/repository-root.ts";
import { tallyFileVariable } from "./tally-reporter.ts";
import { noTests, type Tally } from "./tally.ts";

/** What a user or a CI says of their own stack is no concern of tests, which say it of theirs. */
const notForTests = Object.fromEntries(["STORE", "SIGNING_KEY", "SIGNING_KEY_FILE", "SIGNING_PASSPHRASE"].map((name) => [`IMAGEFLEET_${name}`, undefined]));

/** Which of a project's files: see vitest.config.ts. */
export type Pass = "alone" | "together";

export interface VitestRun {
  readonly filters: readonly string[];
  /** Absent: all files, one after another. */
  readonly pass?: Pass;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs one vitest project, showing its progress, and counts. A run that ends without a count is one failure. */
export async function runVitest(project: string, { filters, pass, env }: VitestRun): Promise<Tally> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-tally-"));
  const file = join(dir, "tally.json");
  try {
    const args = ["run", "--project", project, "--passWithNoTests", "--reporter=default", "--reporter=./tools/test/tally-reporter.ts", ...filters];
    const vitest = join(repositoryRoot, "node_modules", "vitest", "vitest.mjs");
    const { exitCode } = await execa(process.execPath, [vitest, ...args], {
      cwd: repositoryRoot, env: { ...env, ...notForTests, [tallyFileVariable]: file, IMAGEFLEET_TEST_PASS: pass }, stdio: "inherit", reject: false,
    });
    const tally = await readTally(file);
    if (!tally) return { ...noTests, failed: exitCode === 0 ? 0 : 1 };
    return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function readTally(file: string): Promise<Tally | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Tally;
  } catch {
    return undefined;
  }
}
