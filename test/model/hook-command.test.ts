import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { localCommand, quote, remoteCommand } from "#model/hook-command";

const happened = { image: "web", version: "2026.1101.1", sha256: "ab".repeat(32), channel: "stable" };
const log = "logs/of/hook.log";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "imagefleet-hook-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function run(command: string, env: NodeJS.ProcessEnv = process.env): void {
  execFileSync("/bin/sh", ["-c", command], { cwd: dir, env, stdio: "pipe" });
}

test("a shell gives a program its words as they are", () => {
  const word = fc.string({ unit: fc.constantFrom(..."ab '\"$`\\\n;&|*?~#{}()<>!-=") });
  fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
    const printed = execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${words.map(quote).join(" ")}`]).toString();
    expect(printed.split("\0").slice(0, -1)).toEqual(words);
  }), { numRuns: 40 });
});

test("what has happened is filled in, and is in the environment; nothing else is but what is named", () => {
  const hook = { name: "tell", after: "promotion", run: ["sh", "-c", 'echo "$0 $IMAGEFLEET_CHANNEL $GIVEN [$AWS_SECRET_ACCESS_KEY]"', "{image}@{version} {sha256}"], env: ["GIVEN", "ABSENT"] } as const;
  run(localCommand(hook, happened, log), { PATH: process.env["PATH"], GIVEN: "it's", AWS_SECRET_ACCESS_KEY: "secret" });
  expect(readFileSync(join(dir, log), "utf8")).toBe(`web@2026.1101.1 ${happened.sha256} stable it's []\n`);
  expect(statSync(join(dir, log)).mode & 0o077).toBe(0);
});

test("a hook that fails says where to read why, and not what it printed", () => {
  const hook = { name: "tell", after: "promotion", run: ["sh", "-c", "echo hidden; exit 3"] } as const;
  expect(() => run(localCommand(hook, happened, log))).toThrow(/the hook tell failed: see logs\/of\/hook\.log/);
  expect(readFileSync(join(dir, log), "utf8")).toBe("hidden\n");
  expect(() => run(remoteCommand(hook, happened))).toThrow(/^Command failed(?!.*\nhidden)/s);
});
