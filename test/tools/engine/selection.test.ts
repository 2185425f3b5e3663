import { describe, expect, test } from "vitest";
import { parseConfig } from "#model/config/parse-config";
import { selectionArguments } from "../../../tools/engine/selection.ts";
import { covers } from "./covers.ts";

const config = parseConfig({
  sites: { near: { kind: "local", path: "a" }, far: { kind: "local", path: "b" } },
  images: {
    base: { os: "x/y", epoch: "2026-11-01", sites: ["all"] },
    web: { parent: "base", sites: ["near"] },
  },
});
const none = { only: [], except: [], unreachable: [] };

describe("a choice of images and sites", () => {
  test("without one, everything is up to the engine", () => {
    expect(selectionArguments(config, none)).toEqual([]);
  });

  test("--only an image takes the layers below it, but not their sites", () => {
    const args = selectionArguments(config, { ...none, only: ["web"] });
    for (const name of ["web", "web@2026.1101.1", "base@2026.1101.1", "near/web@2026.1101.1", "hold/web@2026.1101.1"]) expect(covers(args, "--target", name), name).toBe(true);
    for (const name of ["near/base@2026.1101.1", "hold/base@2026.1101.1"]) expect(covers(args, "--target", name), name).toBe(false);
  });

  test("--only a site takes every image there and nothing on other sites", () => {
    const args = selectionArguments(config, { ...none, only: ["far"] });
    expect(covers(args, "--target", "far/base@2026.1101.1")).toBe(true);
    expect(covers(args, "--target", "near/base@2026.1101.1")).toBe(false);
  });

  test("--except an image leaves it out on every site, and what depends on it", () => {
    const args = selectionArguments(config, { ...none, except: ["web"] });
    expect(args).toContain("--exclude-dependents");
    for (const name of ["web", "web@2026.1101.1", "near/web@2026.1101.1", "hold/web@2026.1101.1"]) expect(covers(args, "--exclude", name), name).toBe(true);
    expect(covers(args, "--exclude", "near/base@2026.1101.1")).toBe(false);
  });

  test("a site that cannot be reached is left out, also of --only", () => {
    expect(covers(selectionArguments(config, { ...none, unreachable: ["far"] }), "--exclude", "far/base@2026.1101.1")).toBe(true);
    expect(covers(selectionArguments(config, { ...none, only: ["base"], unreachable: ["far"] }), "--target", "far/base@2026.1101.1")).toBe(false);
  });

  describe("of what follows on registrations", () => {
    const promoted = parseConfig({
      sites: { near: { kind: "local", path: "a" }, far: { kind: "local", path: "b" } },
      images: { base: { os: "x/y", epoch: "2026-11-01", sites: ["all"] }, web: { parent: "base", sites: ["all"] } },
      channels: { stable: { base: "latest", web: "latest" }, edge: { web: "latest" } },
      promotion: { stable: { waves: [{ sites: ["near"] }, { sites: ["all"] }] }, edge: { bestEffort: ["far"] } },
    });
    const ofWeb = ["channel/stable/web/wave-1", "channel/stable/web/wave-2", "channel/edge/web/wave-1", "hook/cmdb/stable/web", "hook/cmdb/web"];
    const always = ["publication/web@2026.1101.1", "revocation/web@2026.1101.1", "near/web@2026.1101.1/qcow2/status"];
    const targeted = (args: string[]) => ofWeb.filter((name) => covers(args, "--target", name));

    test("--only an image takes its channels, hooks and withdrawals, and nobody else's", () => {
      const args = selectionArguments(promoted, { ...none, only: ["web"] });
      for (const name of [...ofWeb, ...always]) expect(covers(args, "--target", name), name).toBe(true);
      for (const name of ["channel/stable/base/wave-1", "hook/cmdb/base", "publication/base@2026.1101.1", "revocation/base@2026.1101.1"]) expect(covers(args, "--target", name), name).toBe(false);
      expect(args).toContain("**Channel::stable/web");
    });

    test("a channel moves no further than waves whose required sites are all chosen", () => {
      const [first, second, edge] = ofWeb;
      expect(targeted(selectionArguments(promoted, { ...none, only: ["web", "near"] }))).toEqual([first, edge]);
      expect(targeted(selectionArguments(promoted, { ...none, only: ["web"], unreachable: ["far"] }))).toEqual([first, edge]);
      expect(targeted(selectionArguments(promoted, { ...none, only: ["web", "far"] }))).toEqual([]);
      expect(targeted(selectionArguments(promoted, { ...none, only: ["web"], except: ["near"] }))).not.toContain(second);
      for (const name of always) expect(covers(selectionArguments(promoted, { ...none, only: ["web", "near"] }), "--target", name), name).toBe(true);
    });

    test("--except an image leaves its channels and hooks out, too", () => {
      const args = selectionArguments(promoted, { ...none, except: ["web"] });
      for (const name of [...ofWeb, ...always]) expect(covers(args, "--exclude", name), name).toBe(true);
      for (const name of ["channel/stable/base/wave-1", "hook/cmdb/base", "revocation/base@2026.1101.1"]) expect(covers(args, "--exclude", name), name).toBe(false);
    });
  });

  test("an unknown name gets the nearest valid one", () => {
    expect(() => selectionArguments(config, { ...none, only: ["bas"] })).toThrow(/did you mean base\?/);
  });
});
