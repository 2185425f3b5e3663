import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, type ConfigFault } from "#model/config/config-error";
import { parseConfig } from "#model/config/parse-config";
import { faultsOf } from "./faults-of.ts";
import { repositoryFile } from "./stack-file.ts";
import { anyValid, valid, type Raw } from "./valid.ts";

type Seed = readonly [what: string, seed: (raw: Raw) => void, fault: Partial<ConfigFault> & { path: string }];

/** Every kind of fault, each by itself in an otherwise valid configuration. */
const seeds: readonly Seed[] = [
  ["an unknown setting of the stack", (raw) => (raw.imagse = {}), { path: "imagefleet:imagse", nearest: "images" }],
  ["an unknown value of build", (raw) => (raw.build = "Never"), { path: "imagefleet:build", nearest: "never", expected: "allow or never" }],
  ["an empty store", (raw) => (raw.store = " "), { path: "imagefleet:store", expected: "text" }],
  ["images that are no map", (raw) => (raw.images = ["debian"]), { path: "imagefleet:images", problem: "found a list" }],
  ["an unknown setting of an image", (raw) => (raw.images.debian.site = []), { path: "imagefleet:images.debian.site", nearest: "sites" }],
  ["an image without settings", (raw) => (raw.images.bare = null), { path: "imagefleet:images.bare", problem: "found an empty value" }],
  ["an image's name in capitals", (raw) => (raw.images.Big = raw.images.web), { path: "imagefleet:images.Big" }],
  ["an image's name with an at sign", (raw) => (raw.images["a@1"] = raw.images.web), { path: 'imagefleet:images["a@1"]' }],
  ["an image's name with a slash", (raw) => (raw.images["a/b"] = raw.images.web), { path: 'imagefleet:images["a/b"]' }],
  ["an image's name with a hyphen last", (raw) => (raw.images["a-"] = raw.images.web), { path: "imagefleet:images.a-" }],
  ["an image's name that is too long", (raw) => (raw.images["a".repeat(41)] = raw.images.web), { path: `imagefleet:images.${"a".repeat(41)}` }],
  ["neither os nor parent", (raw) => delete raw.images.debian.os, { path: "imagefleet:images.debian", problem: "neither os nor parent is set" }],
  ["both os and parent", (raw) => (raw.images.web.os = "a/b"), { path: "imagefleet:images.web", problem: "os and parent are both set" }],
  ["a misspelt parent", (raw) => (raw.images.web.parent = "debain"), { path: "imagefleet:images.web.parent", nearest: "debian" }],
  ["an image that is its own parent", (raw) => (raw.images.web.parent = "web"), { path: "imagefleet:images.web.parent", problem: "the image is layered on itself: web -> web" }],
  ["an os with the file's ending", (raw) => (raw.images.debian.os = "debian/d.pkrvars.hcl"), { path: "imagefleet:images.debian.os" }],
  ["a script that leaves its directory", (raw) => (raw.images.web.scripts = ["../x"]), { path: "imagefleet:images.web.scripts[0]" }],
  ["a script with its ending", (raw) => (raw.images.web.scripts = ["a", "b.sh"]), { path: "imagefleet:images.web.scripts[1]" }],
  ["a list that is a text", (raw) => (raw.images.web.scripts = "a"), { path: "imagefleet:images.web.scripts", hint: "write a list: [a]" }],
  ["no epoch", (raw) => delete raw.images.debian.epoch, { path: "imagefleet:images.debian.epoch", problem: "epoch is not set" }],
  ["a day that there is not", (raw) => (raw.images.debian.epoch = "2026-02-30"), { path: "imagefleet:images.debian.epoch", problem: 'found "2026-02-30"' }],
  ["an epoch that is a number", (raw) => (raw.images.debian.epoch = 20261101), { path: "imagefleet:images.debian.epoch", expected: 'a date of the calendar, quoted: "2026-11-01"' }],
  ["an unknown site", (raw) => (raw.images.web.sites = ["desk", "labtop"]), { path: "imagefleet:images.web.sites[1]", nearest: "laptop" }],
  ["an unknown site among the defaults", (raw) => (raw.defaults = { images: { sites: ["ofices"] } }), { path: "imagefleet:defaults.images.sites[0]", nearest: "offices" }],
  ["too small a number", (raw) => (raw.images.web.retain = -1), { path: "imagefleet:images.web.retain", expected: "a whole number of releases from 0 to 100" }],
  ["a broken number", (raw) => (raw.images.web.resources = { cpus: 1.5 }), { path: "imagefleet:images.web.resources.cpus" }],
  ["an owner that is a number", (raw) => (raw.images.web.owner = 12345), { path: "imagefleet:images.web.owner", hint: expect.stringContaining('quote it, "12345"') as string }],
  ["a team that is a truth value", (raw) => (raw.images.web.team = true), { path: "imagefleet:images.web.team", hint: expect.stringContaining('quote it, "true"') as string }],
  ["a variable's name in capitals", (raw) => (raw.variables = { Locale: "de" }), { path: "imagefleet:variables.Locale" }],
  ["a variable without a value", (raw) => (raw.images.web.variables = { locale: null }), { path: "imagefleet:images.web.variables.locale" }],
  ["an empty part of a variable", (raw) => (raw.variables = { users: [{ name: null }] }), { path: "imagefleet:variables.users[0].name" }],
  ["a secret in lower case", (raw) => (raw.images.web.secrets = ["key"]), { path: "imagefleet:images.web.secrets[0]" }],
  ["a secret that hides a variable", (raw) => Object.assign(raw.images.web, { variables: { key: "a" }, secrets: ["KEY"] }), { path: "imagefleet:images.web.secrets[0]" }],
  ["an unknown target", (raw) => (raw.images.web.targets = { vagrat: {} }), { path: "imagefleet:images.web.targets.vagrat", nearest: "vagrant" }],
  ["an unknown setting of a target", (raw) => (raw.images.web.targets = { aws: { script: [] } }), { path: "imagefleet:images.web.targets.aws.script", nearest: "scripts" }],
  ["a target's child whose name is taken", (raw) => Object.assign(raw.images, { "web-aws": { parent: "debian" }, web: { parent: "debian", targets: { aws: {} } } }), { path: "imagefleet:images.web.targets.aws" }],
  ["a target's child whose name is too long", (raw) => (raw.images["a".repeat(38)] = { parent: "debian", targets: { aws: {} } }), { path: `imagefleet:images.${"a".repeat(38)}.targets.aws` }],
  ["a target's unknown site", (raw) => (raw.images.web.targets = { aws: { sites: ["dask"] } }), { path: "imagefleet:images.web.targets.aws.sites[0]", nearest: "desk" }],
  ["an unknown kind of site", (raw) => (raw.sites.desk.kind = "lokal"), { path: "imagefleet:sites.desk.kind", nearest: "local" }],
  ["a site without a kind", (raw) => delete raw.sites.desk.kind, { path: "imagefleet:sites.desk.kind", problem: "found nothing" }],
  ["a site without a path", (raw) => delete raw.sites.desk.path, { path: "imagefleet:sites.desk.path", problem: "path is not set" }],
  ["an unknown setting of a site", (raw) => (raw.sites.desk.color = "red"), { path: "imagefleet:sites.desk.color" }],
  ["an unknown placeholder in a path", (raw) => (raw.sites.desk.path = "x/{image}"), { path: "imagefleet:sites.desk.path" }],
  ["two sites with one path", (raw) => (raw.sites.laptop.path = "./desk/"), { path: "imagefleet:sites.laptop.path", problem: "desk is the directory of the site desk already" }],
  ["a site inside the store", (raw) => (raw.sites.desk.path = ".imagefleet/store/site"), { path: "imagefleet:sites.desk.path" }],
  ["a site around the store", (raw) => (raw.sites.desk.path = ".imagefleet"), { path: "imagefleet:sites.desk.path" }],
  ["a site named like the built-in group", (raw) => (raw.sites.all = { kind: "local", path: "x" }), { path: "imagefleet:sites.all" }],
  ["a group named like the built-in one", (raw) => (raw.groups.all = []), { path: "imagefleet:groups.all" }],
  ["a group named like a site", (raw) => (raw.groups.desk = []), { path: "imagefleet:groups.desk" }],
  ["an unknown member of a group", (raw) => (raw.groups.offices = ["deks"]), { path: "imagefleet:groups.offices[0]", nearest: "desk" }],
  ["groups that contain each other", (raw) => Object.assign(raw.groups, { x: ["y"], y: ["x"] }), { path: "imagefleet:groups.x", problem: "the group contains itself: x -> y -> x" }],
  ["defaults of an unknown kind of site", (raw) => (raw.defaults = { sites: { locl: {} } }), { path: "imagefleet:defaults.sites.locl", nearest: "local" }],
  ["an unknown format", (raw) => (raw.sites.desk.formats = ["raw", "qcow"]), { path: "imagefleet:sites.desk.formats[1]", problem: 'found "qcow"', nearest: "qcow2", expected: expect.stringContaining("ova-vmx-10-sha1") as string }],
  ["an OVA of a hardware version that there is not", (raw) => (raw.sites.desk.formats = ["ova-vmx-7"]), { path: "imagefleet:sites.desk.formats[0]" }],
  ["no format at all", (raw) => (raw.sites.desk.formats = []), { path: "imagefleet:sites.desk.formats", expected: "a list of formats, at least one" }],
  ["an unknown provider of Vagrant", (raw) => (raw.sites.desk = { kind: "vagrant", path: "boxes", providers: ["virtual-box"] }), { path: "imagefleet:sites.desk.providers[0]", nearest: "virtualbox" }],
  ["a URL that holds credentials", (raw) => (raw.sites.desk = { kind: "vagrant", path: "boxes", url: "https://me:pw@example.com/" }), { path: "imagefleet:sites.desk.url" }],
  ["a site of boxes in a local site's directory", (raw) => (raw.sites.laptop = { kind: "vagrant", path: "desk" }), { path: "imagefleet:sites.laptop.path", problem: "desk is the directory of the site desk already" }],
  ["a site named like the fleet's own resources", (raw) => (raw.sites.inspection = { kind: "local", path: "x" }), { path: "imagefleet:sites.inspection", problem: "resources named inspection/... are not a site's" }],
  ["an unknown gate", (raw) => (raw.gates = { boots: {} }), { path: "imagefleet:gates.boots", nearest: "boot" }],
  ["an unknown disk bus", (raw) => (raw.gates = { boot: { buses: ["virtoi"] } }), { path: "imagefleet:gates.boot.buses[0]", nearest: "virtio" }],
  ["an unknown severity", (raw) => (raw.images.web.gates = { hygiene: { failOn: "hihg" } }), { path: "imagefleet:images.web.gates.hygiene.failOn", nearest: "high" }],
  ["a disk that grows by a part of a GiB", (raw) => (raw.gates = { boot: { grow: 0.5 } }), { path: "imagefleet:gates.boot.grow", expected: "a whole number of GiB from 0 to 1024" }],
  ["a negative throughput", (raw) => (raw.gates = { boot: { throughput: -1 } }), { path: "imagefleet:gates.boot.throughput" }],
  ["a kernel argument that is two", (raw) => (raw.gates = { boot: { kernelArguments: ["quiet splash"] } }), { path: "imagefleet:gates.boot.kernelArguments[0]" }],
  ["a compliance scan without its profile, once for all images", (raw) => (raw.gates = { compliance: { content: "ds.xml" } }), { path: "imagefleet:gates.compliance.profile", problem: "profile is not set" }],
  ["a target's scanner that has no report", (raw) => (raw.images.web.targets = { aws: { gates: { scanners: { trivy: { command: ["trivy"] } } } } }), { path: "imagefleet:images.web.targets.aws.gates.scanners.trivy.report", expected: "trivy, grype or sarif" }],
  ["an age limit of data whose date is unknown", (raw) => (raw.gates = { scanners: { grype: { command: ["grype"], report: "grype", maxDataAge: 5 } } }), { path: "imagefleet:gates.scanners.grype.dataAge" }],
  ["an unknown report", (raw) => (raw.gates = { scanners: { grype: { command: ["grype"], report: "sarfi" } } }), { path: "imagefleet:gates.scanners.grype.report", nearest: "sarif" }],
  ["waivers that are no list", (raw) => (raw.waivers = {}), { path: "imagefleet:waivers", expected: "a list of waivers" }],
  ["a waiver for an unknown image", (raw) => (raw.waivers = [waiver(), waiver({ image: "debain" })]), { path: "imagefleet:waivers[1].image", nearest: "debian" }],
  ["a waiver of everything", (raw) => (raw.waivers = [waiver({ rule: "*" })]), { path: "imagefleet:waivers[0].rule" }],
  ["a waiver without a reason", (raw) => (raw.waivers = [waiver({ reason: undefined })]), { path: "imagefleet:waivers[0].reason", problem: "found nothing" }],
  ["a waiver until a day that there is not", (raw) => (raw.waivers = [waiver({ expires: "2026-02-30" })]), { path: "imagefleet:waivers[0].expires", problem: 'found "2026-02-30"' }],
  ["an unknown setting of a waiver", (raw) => (raw.waivers = [waiver({ expiry: "x" })]), { path: "imagefleet:waivers[0].expiry", nearest: "expires" }],
  ["a key that is to be made nowhere", (raw) => (raw.seal = { createKey: true }), { path: "imagefleet:seal.key" }],
  ["a truth value in quotes", (raw) => (raw.seal = { key: "k", createKey: "yes" }), { path: "imagefleet:seal.createKey", expected: "true or false" }],
  ["variables among the defaults", (raw) => (raw.defaults = { images: { variables: {} } }), { path: "imagefleet:defaults.images.variables", hint: expect.stringContaining("imagefleet:variables") as string }],
];

function waiver(change: Record<string, unknown> = {}): Record<string, unknown> {
  return { rule: "hygiene/password-hash", image: "debian", reason: "declared", expires: "2027-01-31", ...change };
}

describe("a fault of the configuration", () => {
  it.each(seeds)("is reported alone, with its path: %s", (_, seed, fault) => {
    const faults = faultsOf(valid((raw) => void seed(raw)));
    expect(faults).toEqual([expect.objectContaining(fault)]);
  });

  it("names a section of the reference that there is", async () => {
    const page = await repositoryFile("docs/configuration.md");
    const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) => `docs/configuration.md#${title!.toLowerCase().replaceAll(" ", "-")}`);
    for (const [, seed] of seeds) {
      const see = messageOf(valid((raw) => void seed(raw))).match(/^ +see \S+$/gm);
      expect(see).not.toBeNull();
      for (const link of see!) expect(anchors).toContain(link.trim().slice("see ".length));
    }
  });

  it("is found in any valid configuration", () => {
    fc.assert(fc.property(anyValid, fc.constantFrom("unknown", "epoch", "parent", "site", "kind"), (raw, kind) => {
      const path = seedInto(raw, kind);
      expect(faultsOf(raw).map((fault) => fault.path)).toEqual([path]);
    }));
  });
});

describe("several faults", () => {
  it("are all reported at once, however they are mixed", () => {
    const apart = seeds.filter(([what]) => /setting of the stack|value of build|setting of a site|variable's name|no epoch|secret in lower|unknown member|among the defaults/.test(what) && !/variables among/.test(what));
    fc.assert(fc.property(fc.subarray([...apart], { minLength: 2 }), (chosen) => {
      const faults = faultsOf(valid((raw) => chosen.forEach(([, seed]) => seed(raw))));
      expect(faults.map(({ path }) => path).sort()).toEqual(chosen.map(([, , { path }]) => path).sort());
    }));
  });

  it("do not hide what is wrong inside an image whose name is wrong", () => {
    const faults = faultsOf(valid((raw) => (raw.images.Big = { os: 7, sites: ["labtop"], epoch: "2026-11-01" })));
    expect(faults.map(({ path }) => path)).toEqual(["imagefleet:images.Big", "imagefleet:images.Big.os", "imagefleet:images.Big.sites[0]"]);
  });

  it("do not follow from one another: a misspelt setting is not missing as well", () => {
    const faults = faultsOf(valid((raw) => (raw.images.debian = { so: "a/b", epcoh: "2026-11-01" })));
    expect(faults.map(({ path }) => path)).toEqual(["imagefleet:images.debian.epcoh", "imagefleet:images.debian.so"]);
  });

  it("do not follow from a misspelt section", () => {
    for (const section of ["images", "sites", "groups"]) {
      const faults = faultsOf(valid((raw) => Object.assign(raw, { [`${section}s`]: raw[section] as unknown, [section]: undefined })));
      expect(faults).toEqual([expect.objectContaining({ path: `imagefleet:${section}s`, nearest: section })]);
    }
  });

  it("do not make the names unknown that they are in", () => {
    expect(faultsOf(valid((raw) => (raw.sites.laptop = null))).map(({ path }) => path)).toEqual(["imagefleet:sites.laptop"]);
    expect(faultsOf(valid((raw) => (raw.images.debian = 7))).map(({ path }) => path)).toEqual(["imagefleet:images.debian"]);
  });
});

describe("the message", () => {
  it("says of one fault what was found, what belongs there, what was meant, and where it is documented", () => {
    expect(messageOf(valid((raw) => (raw.images.web.parent = "debain")))).toBe(`cannot use this configuration: 1 fault
  imagefleet:images.web.parent
      there is no image "debain"
      expected: one of debian, web
      did you mean debian?
      see docs/configuration.md#images`);
  });

  it("lists twenty faults in order of their paths, a few lines each", () => {
    const message = messageOf(valid((raw) => Array.from({ length: 20 }, (_, index) => (raw.images[`i${index}`] = { os: "a/b", epoch: "soon" }))));
    expect(message.split("\n")[0]).toBe("cannot use this configuration: 20 faults");
    expect(message.match(/imagefleet:images\.i\d+\.epoch/g)).toEqual(Array.from({ length: 20 }, (_, index) => `imagefleet:images.i${index}.epoch`));
    expect(message.split("\n").length).toBe(1 + 20 * 4);
  });

  it("shortens long lists of names", () => {
    const message = messageOf(valid((raw) => {
      for (let index = 0; index < 200; index++) raw.sites[`site-${index}`] = { kind: "local", path: `p${index}` };
      raw.images.web.sites = ["zzz"];
    }));
    expect(message).toMatch(/one of .{1,120} and 196 more/);
  });
});

function messageOf(raw: Record<string, unknown>): string {
  try {
    parseConfig(raw);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  throw new Error("the configuration was accepted");
}

/** Makes one fault in a configuration and returns its path. */
function seedInto(raw: Raw, kind: string): string {
  const image = Object.keys(raw.images)[0]!;
  const site = Object.keys(raw.sites)[0]!;
  if (kind === "unknown") raw.images[image].nonsense = 1;
  if (kind === "epoch") raw.images[image].epoch = "2026-13-01";
  if (kind === "parent") Object.assign(raw.images, { lone: { parent: "nowhere-at-all" } });
  if (kind === "site") raw.images[image].sites.push("nowhere-at-all");
  if (kind === "kind") raw.sites[site].kind = "moon";
  const sites = raw.images[image].sites as unknown[];
  return { unknown: `imagefleet:images.${image}.nonsense`, epoch: `imagefleet:images.${image}.epoch`, parent: "imagefleet:images.lone.parent", site: `imagefleet:images.${image}.sites[${sites.length - 1}]`, kind: `imagefleet:sites.${site}.kind` }[kind]!;
}
