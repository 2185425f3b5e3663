import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "#model/config/parse-config";
import { loadRecipes } from "#providers/packer-build/recipe";
import { TemplateTree } from "#providers/packer-build/template-tree";
import { validateTemplates } from "#fleet/validate-templates";
import { ensureToolchain } from "../../tools/setup/ensure-toolchain.ts";

const tree = new TemplateTree(join(process.cwd(), "packer"));
const osFiles = (await tree.list("os")).flatMap((path) => /^os\/(.+)\.pkrvars\.hcl$/.exec(path)?.[1] ?? []);
const scripts = (await tree.list("scripts")).map((path) => path.slice("scripts/".length, -".sh".length));

let cache: string;
const before = { ...process.env };

beforeAll(async () => {
  const { env } = await ensureToolchain({ log: () => {} });
  cache = await mkdtemp(join(tmpdir(), "imagefleet-validate-cache-"));
  Object.assign(process.env, env, { XDG_CACHE_HOME: cache }); // an empty cache: nothing counts as validated already
});
afterAll(async () => {
  Object.assign(process.env, before);
  if (before["XDG_CACHE_HOME"] === undefined) delete process.env["XDG_CACHE_HOME"];
  await rm(cache, { recursive: true, force: true });
});

async function recipesOf(os: string, more: Record<string, unknown> = {}) {
  const { recipes, faults } = await loadRecipes(parseConfig({ images: { image: { os, epoch: "2026-11-01", sites: [], ...more } } }), tree);
  expect(faults).toEqual([]);
  return [...recipes.values()];
}

describe("every operating system", () => {
  test("is there", () => {
    expect(osFiles).toEqual(expect.arrayContaining(["debian/debian-12-x86_64", "debian/debian-12-netinst-x86_64", "tiny/tiny-x86_64"]));
  });

  test.each(osFiles)("%s has facts and scripts that are whole, and Packer finds its templates valid and formatted", async (os) => {
    expect(await validateTemplates(await recipesOf(os))).toEqual([]);
  });

  test("what Packer refuses is told with Packer's words", async () => {
    const [recipe] = await recipesOf("tiny/tiny-x86_64");
    const broken = { path: "broken.pkr.hcl", content: Buffer.from('locals {\n  oops = var.nowhere\n}\n'), sha256: "" };
    const [fault] = await validateTemplates([{ ...recipe!, key: "0".repeat(64), files: [...recipe!.files, broken] }]);
    expect(fault?.problem).toContain("nowhere");
  });
});

test.each(scripts)("the script %s is POSIX sh that stops at the first failure and keeps its variables to itself", async (name) => {
  const text = (await tree.file(`scripts/${name}.sh`))!.content.toString("utf8");
  expect(text).toMatch(/^#!\/bin\/sh\n/);
  expect(text).toMatch(/^set -eu$/m);
  expect(text).not.toMatch(/^set .*x/m); // it would print secrets
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-script-"));
  try {
    await writeFile(join(dir, "script.sh"), text);
    const { exec, baseEnvironment } = await import("#providers/shared/exec");
    expect(await exec("dash", ["-n", join(dir, "script.sh")], { env: baseEnvironment() })).toMatchObject({ ok: true });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
