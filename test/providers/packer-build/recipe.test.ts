import { cp, mkdtemp, rename, rm, utimes, writeFile, readFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultGates } from "#model/config/gates-schema";
import type { FleetConfig, ImageConfig } from "#model/config/types";
import { loadRecipes } from "#providers/packer-build/recipe";
import { TemplateTree } from "#providers/packer-build/template-tree";

let dir: string;

/** A small tree of templates with everything that can shape an image. */
const tree: Record<string, string> = {
  "build.pkr.hcl": "build {}\n",
  "plugins.pkr.hcl": "packer {}\n",
  "os/acme/acme-1.pkrvars.hcl": `
    os_family = "acme"
    os_release = "1"
    os_arch = "x86_64"
    source_kind = "bootstrap"
    bootstrap_recipe = "acme"
    settings = { locale = "C.UTF-8", mirror = "http://127.0.0.1/a" }
    scripts = ["base"]
    cleanup_scripts = ["cleanup"]
    ssh_username = "root"
    shutdown_command = "poweroff"
    boot_wait = "9s"
  `,
  "bootstrap/acme.sh": "# setting: suite = one\n# setting: build_mirror = (build only)\n",
  "scripts/base.sh": "echo base\n",
  "scripts/web.sh": "# setting: web_root = /srv\n# setting: token (required)\n",
  "scripts/cleanup.sh": "# setting: mirror =\n",
  "scripts/unused.sh": "echo never\n",
};

function image(name: string, more: Partial<ImageConfig>): ImageConfig {
  return { name, scripts: [], epoch: "2026-11-01", variables: {}, secrets: [], sites: [], retain: 1, keepFor: 0, resources: { cpus: 1, timeout: 10 }, gates: defaultGates, waivers: [], ...more };
}

function fleet(images: ImageConfig[], more: Partial<FleetConfig> = {}): FleetConfig {
  return { store: "s", build: "allow", templates: "packer", variables: {}, sites: {}, waivers: [], seal: { createKey: false, trust: [] }, channels: {}, approvals: { path: "approvals", keys: [] }, requests: { from: [], keys: [] }, revoked: {}, revokedChildren: "named", hooks: [], images: Object.fromEntries(images.map((one) => [one.name, one])), ...more };
}

const base = image("acme", { os: "acme/acme-1" });
const web = image("acme-web", { parent: "acme", scripts: ["web"], variables: { token: "t" } });

async function writeTree(at: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(at, path, ".."), { recursive: true });
    await writeFile(join(at, path), content);
  }
}

async function keysOf(config: FleetConfig, at = dir): Promise<Record<string, string>> {
  const { recipes, faults } = await loadRecipes(config, new TemplateTree(at));
  expect(faults).toEqual([]);
  return Object.fromEntries([...recipes].map(([name, recipe]) => [name, recipe.key]));
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-recipe-"));
  await writeTree(dir, tree);
});

afterEach(() => rm(dir, { recursive: true, force: true }));

describe("the key of an image", () => {
  test("changes with every byte of a file that shapes it, and with no other file", async () => {
    const before = await keysOf(fleet([base, web]));
    for (const path of Object.keys(tree).filter((name) => !name.startsWith("os/"))) {
      await writeFile(join(dir, path), `${tree[path]}# one more byte\n`);
      const after = await keysOf(fleet([base, web]));
      const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
      const expected = path === "scripts/unused.sh" ? [] : path === "scripts/web.sh" ? ["acme-web"] : ["acme", "acme-web"];
      expect(changed, path).toEqual(expected);
      await writeFile(join(dir, path), tree[path]!);
    }
  });

  test("changes with what the image's configuration says of its contents", async () => {
    const before = (await keysOf(fleet([base, web])))["acme-web"];
    const variants: ImageConfig[] = [
      { ...web, epoch: "2026-11-02" },
      { ...web, scripts: ["base", "web"] },
      { ...web, scripts: ["web", "base"] },
      { ...web, variables: { token: "u" } },
      { ...web, variables: { token: "t", web_root: "/var/www" } },
      { ...web, variables: { token: "t", mirror: "http://127.0.0.1/b" } },
      { ...web, secrets: ["LICENCE"] },
    ];
    const keys = await Promise.all(variants.map(async (variant) => (await keysOf(fleet([base, variant])))["acme-web"]));
    expect(new Set([before, ...keys]).size).toBe(variants.length + 1);
  });

  test("does not change with paths, times, the host's share, metadata, comments in facts, or the order of members", async () => {
    const config = fleet([base, web], { variables: { locale: "de_DE.UTF-8", mirror: "http://127.0.0.1/m" } });
    const before = await keysOf(config);
    const elsewhere = `${dir}-moved`;
    await rename(dir, elsewhere);
    dir = elsewhere;
    await utimes(join(dir, "scripts/base.sh"), new Date(0), new Date(0));
    const facts = join(dir, "os/acme/acme-1.pkrvars.hcl");
    await writeFile(facts, `# a comment\n${(await readFile(facts, "utf8")).replace('boot_wait = "9s"', 'boot_wait = "40s"')}`);
    process.env["HOSTNAME"] = "another-host";
    const after = await keysOf(fleet([
      { ...web, sites: ["x"], retain: 3, owner: "o", team: "t", resources: { cpus: 8, memory: 4096, timeout: 1 } }, { ...base, sites: ["y"] },
    ], { variables: { mirror: "http://127.0.0.1/m", locale: "de_DE.UTF-8" } }));
    expect(after).toEqual(before);
  });

  test("does not change with a secret's value or a setting that only the build uses", async () => {
    const secret = { ...base, secrets: ["LICENCE"] };
    process.env["LICENCE"] = "one";
    const before = await keysOf(fleet([secret]));
    process.env["LICENCE"] = "two";
    expect(await keysOf(fleet([secret], { variables: { build_mirror: "http://127.0.0.1:3142/" } }))).toEqual(before);
    delete process.env["LICENCE"];
  });

  test("takes a fleet-wide variable only where the image declares it", async () => {
    const before = await keysOf(fleet([base, web]));
    const after = await keysOf(fleet([base, web], { variables: { web_root: "/other" } }));
    expect(after["acme"]).toBe(before["acme"]);
    expect(after["acme-web"]).not.toBe(before["acme-web"]);
  });

  test("changes with any value of any declared variable (property)", async () => {
    const keys = new Map<string, string>();
    await fc.assert(fc.asyncProperty(fc.string(), async (value) => {
      const key = (await keysOf(fleet([{ ...base, variables: { locale: value } }])))["acme"]!;
      expect(keys.get(key) ?? value).toBe(value);
      keys.set(key, value);
    }), { numRuns: 50 });
  });
});

describe("faults of templates and variables", () => {
  test("are reported all at once, each with its path and the nearest name", async () => {
    const { faults } = await loadRecipes(fleet([
      image("a", { os: "acme/acme-2" }),
      { ...base, scripts: ["bse"], variables: { locle: "x" } },
      image("b", { os: "acme/acme-1", scripts: ["web"] }),
    ]), new TemplateTree(dir));
    expect(faults.map(({ path, hint }) => [path, hint])).toEqual([
      ["imagefleet:images.a.os", "did you mean acme/acme-1?"],
      ["imagefleet:images.acme.scripts[0]", "did you mean base?"],
      ["imagefleet:images.acme.variables.locle", "did you mean locale?"],
      ["imagefleet:images.b.variables.token", "set it there, or for the whole fleet in imagefleet:variables.token"],
    ]);
  });

  test("a fleet-wide variable that no image takes is most likely misspelt", async () => {
    const { faults } = await loadRecipes(fleet([base], { variables: { mirrors: "x" } }), new TemplateTree(dir));
    expect(faults).toMatchObject([{ path: "imagefleet:variables.mirrors", hint: "did you mean mirror?" }]);
  });

  test("facts that are misspelt, missing or not HCL name the file", async () => {
    const facts = join(dir, "os/acme/acme-1.pkrvars.hcl");
    await writeFile(facts, (await readFile(facts, "utf8")).replace("bootstrap_recipe", "bootstrap_recip"));
    expect((await loadRecipes(fleet([base]), new TemplateTree(dir))).faults[0]?.problem).toContain("bootstrap_recip");
    await writeFile(facts, "os_family = \n");
    expect((await loadRecipes(fleet([base]), new TemplateTree(dir))).faults[0]?.problem).toContain("is not valid HCL");
  });

  test("an ISO or a disk without a digest is refused", async () => {
    const facts = join(dir, "os/acme/acme-1.pkrvars.hcl");
    await writeFile(facts, (await readFile(facts, "utf8")).replace('"bootstrap"', '"iso"'));
    expect((await loadRecipes(fleet([base]), new TemplateTree(dir))).faults.map(({ problem }) => problem)).toEqual(["iso_url is not set; iso_sha256 is not set"]);
  });
});

test("a copy of the tree has the same keys", async () => {
  const copy = await mkdtemp(join(tmpdir(), "imagefleet-recipe-copy-"));
  await cp(dir, copy, { recursive: true });
  expect(await keysOf(fleet([base, web]), copy)).toEqual(await keysOf(fleet([base, web])));
  await rm(copy, { recursive: true, force: true });
});
