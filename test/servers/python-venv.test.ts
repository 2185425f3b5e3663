import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pythonVenv } from "./python-venv.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-venv-"));
  vi.stubEnv("XDG_CACHE_HOME", dir);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

test("two that ask at once get one environment, and a half-made one is made again", async () => {
  const requirements = join(dir, "requirements.txt");
  await writeFile(requirements, "# nothing\n");
  const lines: string[] = [];
  const make = (): Promise<string> => pythonVenv("empty", requirements, (line) => void lines.push(line));
  const [one, two] = await Promise.all([make(), make()]);
  expect(one).toBe(two);
  expect(existsSync(join(one, "bin/python"))).toBe(true);
  expect(lines.filter((line) => line.includes("installed in"))).toHaveLength(1);
  await rm(join(one, "complete"));
  await writeFile(join(one, "left-over"), "");
  await make();
  expect(await readdir(one)).not.toContain("left-over");
  expect(lines.filter((line) => line.includes("installed in"))).toHaveLength(2);
});

test("what pip says is in the message when it fails", async () => {
  const requirements = join(dir, "requirements.txt");
  await writeFile(requirements, "six==1.17.0 # without a hash\n");
  await expect(pythonVenv("broken", requirements, () => {})).rejects.toThrow(/hash/i);
});
