import { describe, expect, test } from "vitest";
import { parseConfig } from "#model/config/parse-config";
import { chosenPlaces, selectionArguments } from "../../../tools/engine/selection.ts";
import { covers } from "./covers.ts";

const config = parseConfig({
  sites: {
    laptop: { kind: "local", path: "a" },
    eu: { kind: "openstack", cloud: "otc" },
    corp: {
      kind: "vsphere", credentials: "VC", datacenter: "d", datastore: "s",
      publishers: [{ name: "pub", server: "pub", subscribers: [{ name: "sub-1", server: "sub-1" }, { name: "sub-2", server: "sub-2" }] }, { name: "old", server: "old", format: "ova-vmx-10-sha1" }],
    },
  },
  images: { base: { os: "x/y", epoch: "2026-11-01", sites: ["all"] }, web: { parent: "base", sites: ["all"] } },
});
const none = { only: [], except: [], unreachable: [] };
const names = (choice: { only?: string[]; except?: string[] }) => chosenPlaces(config, { ...none, ...choice }).map(({ name }) => name);

describe("a choice of vCenters", () => {
  test("a site's name is that of all its vCenters, and each has a name of its own", () => {
    expect(names({})).toEqual(["corp/pub", "corp/sub-1", "corp/sub-2", "corp/old", "eu", "laptop"]);
    expect(names({ only: ["corp"] })).toEqual(["corp/pub", "corp/sub-1", "corp/sub-2", "corp/old"]);
    expect(names({ only: ["corp/old", "web"] })).toEqual(["corp/old"]);
    expect(names({ only: ["corp"], except: ["corp/sub-1"] })).toEqual(["corp/pub", "corp/sub-2", "corp/old"]);
    expect(names({ except: ["corp", "laptop"] })).toEqual(["eu"]);
  });

  test("--only a vCenter takes its provider, library, sync and items, and nothing of the others", () => {
    const args = selectionArguments(config, { ...none, only: ["corp/sub-1"] });
    for (const part of ["provider", "library", "sync", "web@2026.1101.1/deploy"]) {
      expect(covers(args, "--target", `corp/sub-1/${part}`), part).toBe(true);
      expect(covers(args, "--target", `corp/sub-2/${part}`), part).toBe(false);
    }
    expect(covers(args, "--target", "eu/provider")).toBe(false);
  });

  test("--only an image takes it on every vCenter and region, with what it needs there", () => {
    const args = selectionArguments(config, { ...none, only: ["web"] });
    for (const name of ["corp/pub/web@2026.1101.1/ova", "corp/old/library", "corp/sub-2/sync", "eu/provider", "eu/web@2026.1101.1/qcow2/check"]) expect(covers(args, "--target", name), name).toBe(true);
    expect(covers(args, "--target", "corp/pub/base@2026.1101.1/ova")).toBe(false);
  });

  test("one that does not answer is left out alone; of --only, with those that pull from it", () => {
    const excludes = selectionArguments(config, { ...none, unreachable: ["corp/sub-1"] });
    for (const part of ["provider", "library", "sync", "web@2026.1101.1/deploy"]) expect(covers(excludes, "--exclude", `corp/sub-1/${part}`), part).toBe(true);
    for (const name of ["corp/sub-2/provider", "corp/pub/web@2026.1101.1/ova", "eu/provider"]) expect(covers(excludes, "--exclude", name), name).toBe(false);
    const targets = selectionArguments(config, { ...none, only: ["corp"], unreachable: ["corp/pub"] });
    expect(covers(targets, "--target", "corp/sub-1/sync")).toBe(false);
    expect(covers(targets, "--target", "corp/old/library")).toBe(true);
  });

  test("a misspelt vCenter gets the nearest one", () => {
    expect(() => selectionArguments(config, { ...none, except: ["corp/sub2"] })).toThrow(/did you mean corp\/sub-2\?/);
  });
});
