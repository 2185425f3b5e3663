import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { repositoryRoot } from "../setup/repository-root.ts";
import type { Toolchain } from "../setup/ensure-toolchain.ts";
import { add, noTests, type Tally } from "./tally.ts";

/** A check of the sources that counts as one test. */
interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Shown when it fails. */
  readonly hint: string;
  /** Why it cannot run here. */
  readonly skip?: string;
}

function checks(toolchain: Toolchain): Check[] {
  const node = process.execPath;
  const modules = join(repositoryRoot, "node_modules");
  const packer = toolchain.tools.find(({ name }) => name === "packer");
  const schema = existsSync(join(repositoryRoot, "tools", "schema.ts"));
  return [
    { name: "lint", command: [node, join(modules, "eslint", "bin", "eslint.js"), "--max-warnings=0", "."], hint: "npx eslint --fix ." },
    { name: "types", command: [node, join(modules, "typescript", "bin", "tsc"), "--noEmit", "-p", "."], hint: "npx tsc --noEmit -p ." },
    {
      name: "packer fmt",
      command: [packer?.path ?? "packer", "fmt", "-check", "-diff", "-recursive", "packer"],
      hint: "packer fmt -recursive packer",
      ...(packer ? {} : { skip: "there is no Packer" }),
    },
    { name: "build keys", command: [node, join("tools", "lock.ts"), "--check"], hint: "npm run lock, where they are meant to change" },
    ...(schema ? [{ name: "schema", command: [node, join("tools", "schema.ts"), "--check"] as const, hint: "npm run schema" }] : []),
  ];
}

/** Runs the checks one after another; the output of those that fail is shown. */
export async function runChecks(toolchain: Toolchain, log: (line: string) => void): Promise<Tally> {
  let total = noTests;
  for (const check of checks(toolchain)) total = add(total, await runCheck(check, toolchain, log));
  return total;
}

async function runCheck({ name, command: [file, ...args], hint, skip }: Check, { env }: Toolchain, log: (line: string) => void): Promise<Tally> {
  if (skip) return { ...noTests, skipped: [{ name, reason: skip }] };
  log(`[test/${name}] ...`);
  const started = performance.now();
  const { exitCode, all } = await execa(file, args, { cwd: repositoryRoot, env, reject: false, all: true, stdin: "ignore" });
  const time = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  if (exitCode === 0) {
    log(`[test/${name}] passed, ${time}`);
    return { ...noTests, passed: 1 };
  }
  log(`${all ?? ""}\n[test/${name}] FAILED, ${time}\n  what to do: ${hint}`);
  return { ...noTests, failed: 1 };
}
