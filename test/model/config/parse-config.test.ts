import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfig } from "#model/config/parse-config";
import { anyValid, reordered, valid } from "./valid.ts";

describe("a configuration without faults", () => {
  it("gives every setting its default", () => {
    expect(parseConfig({})).toEqual({ store: ".imagefleet/store", build: "allow", templates: "packer", variables: {}, images: {}, sites: {}, waivers: [], seal: { createKey: false, trust: [] }, channels: {}, approvals: { path: "approvals", keys: [] }, requests: { from: [], keys: [] }, revoked: {}, revokedChildren: "named", hooks: [] });
    expect(parseConfig({ images: { debian: { os: "debian/debian-12-x86_64", epoch: "2026-11-01" } } }).images["debian"]).toEqual({
      name: "debian", os: "debian/debian-12-x86_64", scripts: [], epoch: "2026-11-01", variables: {}, secrets: [], sites: [], retain: 1, keepFor: 0, resources: { cpus: 2, timeout: 60 }, waivers: [],
      gates: {
        boot: { buses: ["virtio"], timeout: 5, kernelArguments: [], throughput: 0, grow: 1, allowFailedUnits: [] }, hygiene: { failOn: "low" }, scanners: {},
      },
    });
  });

  it("is normal whatever its shape: names in order, sites known, exactly one origin, a real epoch", () => {
    fc.assert(fc.property(anyValid, (raw) => {
      const config = parseConfig(raw);
      expect(Object.keys(config.images)).toEqual(Object.keys(config.images).toSorted());
      expect(Object.keys(config.images)).toEqual(expect.arrayContaining(Object.keys(raw["images"] as object)));
      for (const image of Object.values(config.images)) {
        expect((image.os === undefined) !== (image.parent === undefined)).toBe(true);
        expect(image.epoch).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        expect(image.sites).toEqual([...new Set(image.sites)].sort());
        for (const site of image.sites) expect(config.sites).toHaveProperty([site]);
        if (image.parent !== undefined) expect(config.images).toHaveProperty([image.parent]);
      }
    }));
  });

  it("means the same in whatever order its keys are", () => {
    fc.assert(fc.property(anyValid, (raw) => {
      expect(JSON.stringify(parseConfig(reordered(raw) as typeof raw).images)).toBe(JSON.stringify(withVariablesReordered(raw)));
    }));
  });

  it("is not changed by being read", () => {
    const raw = valid();
    parseConfig(raw);
    expect(raw).toEqual(valid());
  });
});

/** The order inside variables is the user's own and stays: only ours is fixed. */
function withVariablesReordered(raw: Record<string, unknown>): unknown {
  const { images } = parseConfig(raw);
  return Object.fromEntries(Object.entries(images).map(([name, image]) => [name, { ...image, variables: reordered(image.variables) }]));
}

describe("sites of an image", () => {
  it("are those of the groups it names, each once and sorted", () => {
    const { images } = parseConfig(valid((raw) => {
      raw.groups = { inner: ["laptop"], outer: ["inner", "desk", "laptop"] };
      raw.images.web.sites = ["outer", "desk"];
    }));
    expect(images["web"]?.sites).toEqual(["desk", "laptop"]);
  });

  it("are all of them for the built-in group", () => {
    expect(parseConfig(valid()).images["web"]?.sites).toEqual(["desk", "laptop"]);
  });

  it("come from the defaults where it names none, and an empty list is none", () => {
    const { images } = parseConfig(valid((raw) => {
      raw.defaults = { images: { sites: ["offices"] } };
      delete raw.images.debian.sites;
      raw.images.web.sites = [];
    }));
    expect([images["debian"]?.sites, images["web"]?.sites]).toEqual([["desk"], []]);
  });
});

describe("an epoch", () => {
  it.each(["2026-11-01", "2026-11-01 00:00:00 +0000 UTC", "2026-11-01T00:00:00Z", "2026-11-01T00:00:00.000Z"])("is understood as YAML and the engine write it: %s", (written) => {
    expect(parseConfig(valid((raw) => (raw.images.debian.epoch = written))).images["debian"]?.epoch).toBe("2026-11-01");
  });

  it("is the image's own, else that of the defaults, else the parent's", () => {
    const epochs = (own?: string, all?: string) => parseConfig(valid((raw) => {
      raw.images.web.epoch = own;
      raw.defaults = { images: { epoch: all } };
    })).images["web"]?.epoch;
    expect([epochs("2026-11-03", "2026-11-02"), epochs(undefined, "2026-11-02"), epochs()]).toEqual(["2026-11-03", "2026-11-02", "2026-11-01"]);
  });
});

describe("defaults", () => {
  it("fill in what an image does not say, resources one by one", () => {
    const { images } = parseConfig(valid((raw) => {
      raw.defaults = { images: { retain: 5, owner: "o", team: "t", resources: { cpus: 8, memory: 4096 } } };
      Object.assign(raw.images.web, { retain: 0, team: "web", resources: { memory: 512 } });
    }));
    expect(images["debian"]).toMatchObject({ retain: 5, owner: "o", team: "t", resources: { cpus: 8, memory: 4096, timeout: 60 } });
    expect(images["web"]).toMatchObject({ retain: 0, owner: "o", team: "web", resources: { cpus: 8, memory: 512, timeout: 60 } });
  });

  it("fill in what a site does not say, with the site's name in it", () => {
    const { sites } = parseConfig(valid((raw) => {
      raw.defaults = { sites: { local: { path: "/srv/{site}/" } } };
      raw.sites.desk = { kind: "local" };
    }));
    expect(sites).toEqual({ desk: { kind: "local", name: "desk", path: "/srv/desk", formats: ["qcow2"] }, laptop: { kind: "local", name: "laptop", path: "catalog", formats: ["qcow2"] } });
  });
});

describe("a target", () => {
  const config = parseConfig(valid((raw) => {
    raw.images.debian = {
      ...raw.images.debian, retain: 3, owner: "o", variables: { locale: "de" }, secrets: ["KEY"], resources: { cpus: 4 }, sites: ["all"],
      targets: { vagrant: { scripts: ["agent"], variables: { users: [] }, sites: ["desk"] } },
    };
    raw.images.web.targets = { local: { scripts: ["local"], epoch: "2026-12-01" } };
  }));

  it("is a child of the image, with scripts, variables and secrets of its own", () => {
    expect(config.images["debian-vagrant"]).toEqual({
      name: "debian-vagrant", parent: "debian", target: "vagrant", scripts: ["agent"], epoch: "2026-11-01", variables: { users: [] }, secrets: [],
      sites: ["desk"], retain: 3, keepFor: 0, owner: "o", resources: { cpus: 4, timeout: 60 }, gates: config.images["debian"]?.gates, waivers: [],
    });
    expect(config.images["debian"]).not.toHaveProperty("targets");
  });

  it("takes over the image's sites of its kind, and no others", () => {
    expect(config.images["web"]?.sites).toEqual([]);
    expect(config.images["web-local"]?.sites).toEqual(["desk", "laptop"]);
    expect(config.images["debian"]?.sites).toEqual(["desk", "laptop"]);
  });

  it("may have an epoch of its own", () => {
    expect(config.images["web-local"]?.epoch).toBe("2026-12-01");
  });

  it("may be a parent", () => {
    const { images } = parseConfig(valid((raw) => {
      raw.images.debian.targets = { vagrant: {} };
      raw.images.web.parent = "debian-vagrant";
    }));
    expect(images["web"]?.epoch).toBe("2026-11-01");
  });
});
