import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConfigFault } from "#model/config/config-error";
import { parseDuration } from "#model/config/duration";
import { parseConfig } from "#model/config/parse-config";
import { faultsOf } from "./faults-of.ts";
import { repositoryFile } from "./stack-file.ts";
import { valid, type Raw } from "./valid.ts";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==";
const host = { host: "cmdb.example.com", user: "images", hostKey };

/** A fleet whose images are in channels: debian on laptop, desk and the clouds, web on laptop and desk. */
function fleet(change: (raw: Raw) => void = () => undefined): Raw {
  return valid((raw) => {
    raw.sites.ami = { kind: "aws", region: "eu-central-1", parameter: "/images/{image}/{channel}" };
    raw.sites.gce = { kind: "gcp", project: "images-prod", bucket: "incoming" };
    raw.images.debian.sites = ["all"];
    raw.images.web.sites = ["laptop", "desk"];
    raw.images.bare = { parent: "debian", sites: [] };
    raw.channels = { stable: { debian: "candidate", web: "2026.1101.2" }, candidate: { debian: "latest" } };
    raw.promotion = { stable: { waves: [{ sites: ["desk"], pause: "30m" }, { sites: ["all"] }] } };
    change(raw);
  });
}

type Seed = readonly [what: string, seed: (raw: Raw) => void, fault: Partial<ConfigFault> & { path: string }];

const including = (text: string) => expect.stringContaining(text) as string;
const hook = (change: Raw = {}) => ({ after: "promotion", run: ["tell", "{image}@{version}", "{channel}"], ...change });

const seeds: readonly Seed[] = [
  ["a channel that points at itself", (raw) => (raw.channels.stable.debian = "stable"), { path: "imagefleet:channels.stable.debian", problem: "the channel points at itself: stable -> stable" }],
  ["channels in a ring", (raw) => (raw.channels.candidate.debian = "stable"), { path: "imagefleet:channels.candidate.debian", problem: "the channel points at itself: candidate -> stable -> candidate" }],
  ["channels in a ring by different images", (raw) => (raw.channels.candidate.web = "stable"), { path: "imagefleet:channels.candidate.web" }],
  ["an unknown image in a channel", (raw) => (raw.channels.candidate.debain = "latest"), { path: "imagefleet:channels.candidate.debain", problem: 'there is no image "debain"', nearest: "debian" }],
  ["an unknown channel", (raw) => (raw.channels.stable.debian = "candidat"), { path: "imagefleet:channels.stable.debian", problem: 'there is no channel "candidat"', nearest: "candidate" }],
  ["a misspelt latest", (raw) => (raw.channels.candidate.debian = "lates"), { path: "imagefleet:channels.candidate.debian", nearest: "latest" }],
  ["a channel that lacks the image", (raw) => (raw.channels.stable.web = "candidate"), { path: "imagefleet:channels.stable.web", problem: "the channel candidate has no web", hint: including("imagefleet:channels.candidate.web") }],
  ["a channel called latest", (raw) => (raw.channels.latest = { debian: "latest" }), { path: "imagefleet:channels.latest" }],
  ["a channel in capitals", (raw) => (raw.channels.Stable = { debian: "latest" }), { path: "imagefleet:channels.Stable" }],
  ["a version of another form", (raw) => (raw.channels.stable.web = "2026.1101"), { path: "imagefleet:channels.stable.web", problem: 'found "2026.1101"', expected: including("2026.1101.2"), hint: including("all three parts") }],
  ["a version that YAML read as a number", (raw) => (raw.channels.stable.web = 2026.111), { path: "imagefleet:channels.stable.web", problem: "found the number 2026.111", hint: including("all three parts") }],
  ["an image without sites in a channel", (raw) => (raw.channels.candidate.bare = "latest"), { path: "imagefleet:channels.candidate.bare", problem: including("bare has no sites"), hint: including("imagefleet:images.bare.sites") }],
  ["rules of an unknown channel", (raw) => (raw.promotion.stabel = {}), { path: "imagefleet:promotion.stabel", nearest: "stable" }],
  ["a wave with a site that no image of the channel has", (raw) => Object.assign(raw.promotion, { candidate: { waves: [{ sites: ["elsewhere", "all"] }] } }) && (raw.sites.elsewhere = { kind: "local", path: "x" }) && (raw.images.debian.sites = ["desk", "laptop", "ami", "gce"]), { path: "imagefleet:promotion.candidate.waves[0].sites[0]", problem: "no image of the channel candidate is on the site elsewhere" }],
  ["an unknown site in a wave", (raw) => (raw.promotion.stable.waves[0].sites = ["dsek"]), { path: "imagefleet:promotion.stable.waves[0].sites[0]", nearest: "desk" }],
  ["a site in two waves", (raw) => (raw.promotion.stable.waves[1].sites = ["desk", "all"]), { path: "imagefleet:promotion.stable.waves[1].sites[0]", problem: "desk is in wave 1 already" }],
  ["a site after the group that has it", (raw) => (raw.promotion.stable.waves = [{ sites: ["offices"] }, { sites: ["desk"] }, { sites: ["all"] }]), { path: "imagefleet:promotion.stable.waves[1].sites[0]", problem: "desk is in wave 1 already" }],
  ["a wave for which nothing is left", (raw) => raw.promotion.stable.waves.push({ sites: ["offices"] }), { path: "imagefleet:promotion.stable.waves[2].sites", problem: including("no site of the channel is left") }],
  ["waves that leave a site out", (raw) => (raw.promotion.stable.waves[1].sites = ["laptop", "gce"]), { path: "imagefleet:promotion.stable.waves", problem: "the waves leave out ami", hint: including("[all]") }],
  ["no waves at all", (raw) => (raw.promotion.stable.waves = []), { path: "imagefleet:promotion.stable.waves", expected: "a list of waves, at least one" }],
  ["a pause without its unit", (raw) => (raw.promotion.stable.waves[0].pause = 30), { path: "imagefleet:promotion.stable.waves[0].pause", problem: "found the number 30", hint: "write its unit, too: 30m" }],
  ["best effort of an unknown site", (raw) => (raw.promotion.stable.bestEffort = ["edge"]), { path: "imagefleet:promotion.stable.bestEffort[0]" }],
  ["best effort of every site", (raw) => (raw.promotion.stable.bestEffort = ["all"]), { path: "imagefleet:promotion.stable.bestEffort", problem: including("that is every site of stable") }],
  ["another way of publishing", (raw) => (raw.promotion.stable.publish = "requests"), { path: "imagefleet:promotion.stable.publish", nearest: "request" }],
  ["waves of a channel that this stack only asks for", (raw) => (raw.promotion.stable.publish = "request"), { path: "imagefleet:promotion.stable.waves", problem: including("this stack only asks for stable") }],
  ["requests that nobody may make", (raw) => (raw.channels.candidate.debian = "request"), { path: "imagefleet:channels.candidate.debian", problem: including("nobody may ask"), hint: including("imagefleet:requests") }],
  ["asking oneself", (raw) => Object.assign(raw, { channels: { candidate: { debian: "request" } }, promotion: { candidate: { publish: "request" } }, requests: { from: ["images/dev"], keys: ["dev.asc"] } }), { path: "imagefleet:channels.candidate.debian", problem: including("this stack asks for candidate itself") }],
  ["requests of a stack without its project", (raw) => (raw.requests = { from: ["dev"], keys: ["dev.asc"] }), { path: "imagefleet:requests.from[0]", expected: "a project and its stack: images/dev" }],
  ["requests signed by nobody", (raw) => (raw.requests = { from: ["images/dev"], keys: [] }), { path: "imagefleet:requests.keys" }],
  ["a channel called request", (raw) => (raw.channels.request = { debian: "latest" }), { path: "imagefleet:channels.request", problem: including("what another stack asks for") }],
  ["approval that nobody may give", (raw) => (raw.promotion.stable.approval = true), { path: "imagefleet:approvals.keys", problem: "the channel stable needs approvals, and nobody may give them" }],
  ["a public site without those who may approve", (raw) => Object.assign(raw.sites.ami, { visibility: "public", publicApproval: "the board" }), { path: "imagefleet:approvals.keys", problem: "the channels candidate, stable need approvals, and nobody may give them" }],
  ["a revoked release of an unknown image", (raw) => (raw.revoked = { debain: { "2026.1101.2": "CVE-2026-0001" } }), { path: "imagefleet:revoked.debain", nearest: "debian" }],
  ["a revoked version of another form", (raw) => (raw.revoked = { debian: { "2026.1101": "CVE-2026-0001" } }), { path: 'imagefleet:revoked.debian["2026.1101"]', expected: "the version of a release: 2026.1101.2" }],
  ["a revocation without a reason", (raw) => (raw.revoked = { debian: { "2026.1101.2": "" } }), { path: 'imagefleet:revoked.debian["2026.1101.2"]', expected: "text" }],
  ["another lot of children", (raw) => (raw.revokedChildren = "revoke"), { path: "imagefleet:revokedChildren", nearest: "revoked" }],
  ["a hook for an unknown image", (raw) => (raw.hooks = { cmdb: hook({ images: ["debain"] }) }), { path: "imagefleet:hooks.cmdb.images[0]", nearest: "debian" }],
  ["a hook for an unknown channel", (raw) => (raw.hooks = { cmdb: hook({ channels: ["stabel"] }) }), { path: "imagefleet:hooks.cmdb.channels[0]", nearest: "stable" }],
  ["a hook after another event", (raw) => (raw.hooks = { cmdb: hook({ after: "promotoin" }) }), { path: "imagefleet:hooks.cmdb.after", nearest: "promotion" }],
  ["channels of a hook after publishing", (raw) => (raw.hooks = { cmdb: { after: "publish", channels: ["stable"], run: ["tell"] } }), { path: "imagefleet:hooks.cmdb.channels" }],
  ["a hook that fills in what there is not", (raw) => (raw.hooks = { cmdb: { after: "publish", run: ["tell", "{channel}"] } }), { path: "imagefleet:hooks.cmdb.run[1]", problem: "nothing stands for {channel}" }],
  ["a hook that runs nothing", (raw) => (raw.hooks = { cmdb: hook({ run: [] }) }), { path: "imagefleet:hooks.cmdb.run" }],
  ["a hook twice", (raw) => (raw.hooks = { one: hook(), two: hook() }), { path: "imagefleet:hooks.two", problem: "it is the hook one once more" }],
  ["a host whose key is a fingerprint", (raw) => (raw.hooks = { cmdb: hook({ ssh: { ...host, hostKey: "SHA256:abc" } }) }), { path: "imagefleet:hooks.cmdb.ssh.hostKey", expected: including("ssh-ed25519") }],
  ["a jump host without a user", (raw) => (raw.hooks = { cmdb: hook({ ssh: { ...host, jump: { ...host, user: undefined } } }) }), { path: "imagefleet:hooks.cmdb.ssh.jump.user" }],
  ["a native channel that there is not", (raw) => (raw.sites.gce.nativeChannel = "stabel"), { path: "imagefleet:sites.gce.nativeChannel", nearest: "stable" }],
  ["a native channel that has no image of the site", (raw) => Object.assign(raw.channels, { web: { web: "latest" } }) && (raw.defaults = { sites: { gcp: { nativeChannel: "web" } } }), { path: "imagefleet:defaults.sites.gcp.nativeChannel", problem: "no image of the channel web is on the site gce" }],
  ["a parameter without a channel", (raw) => (raw.sites.ami.parameter = "/images/{image}"), { path: "imagefleet:sites.ami.parameter", hint: including("write {channel} in it") }],
  ["a parameter with something else to fill in", (raw) => (raw.sites.ami.parameter = "/{stage}/{image}/{channel}"), { path: "imagefleet:sites.ami.parameter" }],
  ["a parameter of AWS's own", (raw) => (raw.sites.ami.parameter = "/aws/{image}/{channel}"), { path: "imagefleet:sites.ami.parameter", hint: including("AWS's own") }],
  ["two channels with one parameter", (raw) => Object.assign(raw, { images: { ...raw.images, "debian-web": { parent: "debian", sites: ["ami"] } }, channels: { stable: { "debian-web": "latest" }, "web-stable": { debian: "latest" } }, promotion: {} }) && (raw.sites.ami.parameter = "/{image}-{channel}"), { path: "imagefleet:channels.web-stable.debian", problem: "on the site ami the parameter /debian-web-stable is that of debian-web in stable already" }],
  ["days of keeping without their unit", (raw) => (raw.images.web.keepFor = 14), { path: "imagefleet:images.web.keepFor", hint: "write its unit, too: 14d" }],
  ["a promise of no time", (raw) => (raw.defaults = { images: { distributeWithin: "0h" } }), { path: "imagefleet:defaults.images.distributeWithin" }],
  ["a duration in words", (raw) => (raw.images.web.rebuildAfter = "a week"), { path: "imagefleet:images.web.rebuildAfter", expected: "a number and its unit, s, m, h or d: 7d" }],
];

describe("a fault of channels and what follows from them", () => {
  it.each(seeds)("is reported alone, with its path: %s", (_, seed, fault) => {
    expect(faultsOf(fleet((raw) => void seed(raw)))).toEqual([expect.objectContaining(fault)]);
  });

  it("is told together with the others", () => {
    const faults = faultsOf(fleet((raw) => {
      raw.channels.candidate.debian = 2026.11;
      raw.promotion.stable.waves[0].pause = "soon";
      raw.revoked = { debain: {} };
      raw.hooks = { cmdb: hook({ channels: ["stabel"] }) };
    }));
    expect(faults.map(({ path }) => path)).toEqual(["imagefleet:channels.candidate.debian", "imagefleet:hooks.cmdb.channels[0]", "imagefleet:promotion.stable.waves[0].pause", "imagefleet:revoked.debain"]);
  });

  it("does not follow from a misspelt section", () => {
    const faults = faultsOf(fleet((raw) => {
      raw.chanels = raw.channels;
      delete raw.channels;
    }));
    expect(faults.map(({ path }) => path)).toEqual(["imagefleet:chanels"]);
  });

  it("names a section of the reference that there is", async () => {
    const page = await repositoryFile("docs/configuration.md");
    for (const anchor of ["channels", "promotion", "approvals", "requests", "revoked", "hooks"]) expect(page).toMatch(new RegExp(`^## ${anchor}$`, "mi"));
  });
});

describe("channels without faults", () => {
  it("come each after those that they point at, with every default", () => {
    const { channels } = parseConfig(fleet());
    expect(Object.keys(channels)).toEqual(["candidate", "stable"]);
    expect(channels).toEqual({
      candidate: { name: "candidate", images: { debian: "latest" }, waves: [{ sites: ["ami", "desk", "gce", "laptop"], pause: 0 }], bestEffort: [], approval: false, publish: "direct", validFor: 1_209_600 },
      stable: { name: "stable", images: { debian: "candidate", web: "2026.1101.2" }, waves: [{ sites: ["desk"], pause: 1800 }, { sites: ["ami", "gce", "laptop"], pause: 0 }], bestEffort: [], approval: false, publish: "direct", validFor: 1_209_600 },
    });
  });

  it("need no site where another stack is asked to move them, and are no site's own then", () => {
    const { channels, sites } = parseConfig(fleet((raw) => Object.assign(raw.channels.stable, { bare: "latest" }) && (raw.promotion.stable = { publish: "request", validFor: "1d" })));
    expect(channels["stable"]).toMatchObject({ images: { bare: "latest" }, publish: "request", validFor: 86_400, approval: false });
    expect(sites["gce"]).toMatchObject({ nativeChannel: "candidate" });
  });

  it("move sites of best effort last where no wave has them", () => {
    const { stable } = parseConfig(fleet((raw) => (raw.promotion.stable = { waves: [{ sites: ["offices"] }, { sites: ["ami", "gce"] }], bestEffort: ["laptop"] }))).channels;
    expect(stable).toMatchObject({ waves: [{ sites: ["desk"] }, { sites: ["ami", "gce", "laptop"] }], bestEffort: ["laptop"] });
  });

  it("need approval where a site is public, unless it is said that they do not", () => {
    const approval = (rules: Raw) => Object.values(parseConfig(fleet((raw) => {
      Object.assign(raw.sites.gce, { members: ["allUsers"], publicApproval: "the board" });
      Object.assign(raw, { approvals: { keys: ["keys/managers.asc"] }, promotion: rules });
    })).channels).map((channel) => channel.approval);
    expect([approval({}), approval({ candidate: { approval: false } })]).toEqual([[true, true], [false, true]]);
  });

  it("have every site in exactly one wave, whatever groups overlap", () => {
    const names = ["a", "b", "c", "d", "e"];
    const wave = fc.subarray(["all", "g1", "g2", "g3"], { minLength: 1 });
    fc.assert(fc.property(fc.array(fc.subarray(names, { minLength: 1 }), { minLength: 3, maxLength: 3 }), fc.array(wave, { minLength: 1, maxLength: 4 }), fc.subarray(names, { maxLength: 4 }), (groups, waves, bestEffort) => {
      const raw = {
        images: { debian: { os: "a/b", epoch: "2026-11-01", sites: ["all"] } }, sites: Object.fromEntries(names.map((name) => [name, { kind: "local", path: name }])),
        groups: { g1: groups[0], g2: groups[1], g3: groups[2] }, channels: { stable: { debian: "latest" } }, promotion: { stable: { waves: waves.map((sites) => ({ sites })), bestEffort } },
      };
      const faults = faultsOf(raw);
      if (faults.length > 0) {
        for (const { problem } of faults) expect(problem).toMatch(/left for this wave|leave out/);
        return;
      }
      const moved = parseConfig(raw).channels["stable"]!.waves.flatMap(({ sites }) => sites);
      expect(moved.toSorted()).toEqual(names);
    }));
  });
});

describe("a site whose interface knows one pointer", () => {
  it("follows the last of its channels unless it names one", () => {
    const native = (change?: (raw: Raw) => void) => parseConfig(fleet(change)).sites["gce"];
    expect(native()).toMatchObject({ nativeChannel: "stable" });
    expect(native((raw) => (raw.sites.gce.nativeChannel = "candidate"))).toMatchObject({ nativeChannel: "candidate" });
    expect(native((raw) => Object.assign(raw, { channels: {}, promotion: {} }))).not.toHaveProperty("nativeChannel");
    expect(parseConfig(fleet()).sites["laptop"]).not.toHaveProperty("nativeChannel");
  });
});

describe("what else there is to say of releases", () => {
  it("is read in plain units", () => {
    const { images } = parseConfig(fleet((raw) => {
      raw.defaults = { images: { keepFor: "14d", distributeWithin: "90m" } };
      Object.assign(raw.images.web, { keepFor: "36h", rebuildAfter: "7d", targets: { local: { keepFor: "0d" } } });
      delete raw.channels.stable.web;
    }));
    expect(images["debian"]).toMatchObject({ keepFor: 14, distributeWithin: 1.5 });
    expect(images["debian"]).not.toHaveProperty("rebuildAfter");
    expect(images["web"]).toMatchObject({ keepFor: 1.5, distributeWithin: 1.5, rebuildAfter: 7 });
    expect(images["web-local"]).toMatchObject({ keepFor: 0, rebuildAfter: 7 });
  });

  it("is kept as it is written: revocations, approvals, hooks in order", () => {
    const config = parseConfig(fleet((raw) => {
      raw.revoked = { debian: { "2026.1101.2": "CVE-2026-0001" } };
      raw.approvals = { keys: ["keys/managers.asc"] };
      raw.hooks = { tell: hook(), cmdb: { after: "publish", run: ["tell"], ssh: { ...host, jump: { ...host, port: 2222 } } } };
    }));
    expect(config).toMatchObject({ revoked: { debian: { "2026.1101.2": "CVE-2026-0001" } }, revokedChildren: "named", approvals: { path: "approvals", keys: ["keys/managers.asc"] } });
    expect(config.hooks).toEqual([{ name: "cmdb", after: "publish", run: ["tell"], ssh: { port: 22, ...host, jump: { ...host, port: 2222 } } }, { name: "tell", ...hook() }]);
  });

  it.each([["90s", 90], ["30m", 1800], ["24h", 86_400], ["7d", 604_800], ["0s", 0], ["1.5h", undefined], ["-1d", undefined], ["07d", undefined], ["7", undefined], ["7 d", undefined], ["1w", undefined]])("takes %s for %s seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});
