import { expect, test } from "vitest";
import { parseConfig } from "#model/config/parse-config";
import { selectionArguments } from "../../../tools/engine/selection.ts";
import { covers } from "./covers.ts";

const config = parseConfig({
  sites: {
    ami: { kind: "aws", region: "eu-central-1", copyTo: ["us-east-1"] },
    vhd: { kind: "azure", subscription: "5f1e0c6a-2b7d-4c39-9a84-d0e6b1f7c258", resourceGroup: "g", location: "westeurope", storageAccount: "incoming", gallery: "fleet" },
    gce: { kind: "gcp", project: "images-prod", bucket: "incoming" },
  },
  images: { base: { os: "x/y", epoch: "2026-11-01", sites: ["all"] }, web: { parent: "base", sites: ["all"] } },
});
const none = { only: [], except: [], unreachable: [] };

const ofImage = (image: string) => ({
  ami: [`ami/${image}@2026.1101.1/raw/snapshot`, `ami/${image}@2026.1101.1/raw/launch/111111111111`, `ami/us-east-1/${image}@2026.1101.1/raw`, `ami/us-east-1/${image}@2026.1101.1/raw/check`],
  vhd: [`vhd/${image}/definition`, `vhd/${image}@2026.1101.1/vhd/blob`, `vhd/${image}@2026.1101.1/vhd`],
  gce: [`gce/${image}@2026.1101.1/gce/object`, `gce/${image}@2026.1101.1/gce/member/1`],
});

test("--only an image takes it on every cloud, copies in other regions and the gallery's definition as well", () => {
  const args = selectionArguments(config, { ...none, only: ["web"] });
  for (const name of [...Object.values(ofImage("web")).flat(), "ami/provider", "vhd/provider", "gce/provider"]) expect(covers(args, "--target", name), name).toBe(true);
  for (const name of Object.values(ofImage("base")).flat()) expect(covers(args, "--target", name), name).toBe(false);
});

test("--only a site takes all its images, and nothing of another", () => {
  const args = selectionArguments(config, { ...none, only: ["ami"] });
  for (const name of [...ofImage("web").ami, ...ofImage("base").ami, "ami/provider"]) expect(covers(args, "--target", name), name).toBe(true);
  for (const name of [...ofImage("web").vhd, ...ofImage("web").gce, "vhd/provider"]) expect(covers(args, "--target", name), name).toBe(false);
});

test("a cloud that does not answer is left out with all its regions", () => {
  const args = selectionArguments(config, { ...none, unreachable: ["ami"] });
  for (const name of [...ofImage("web").ami, "ami/provider"]) expect(covers(args, "--exclude", name), name).toBe(true);
  for (const name of [...ofImage("web").vhd, ...ofImage("web").gce]) expect(covers(args, "--exclude", name), name).toBe(false);
});

test("--except an image leaves its copies out", () => {
  const args = selectionArguments(config, { ...none, except: ["web"] });
  for (const name of Object.values(ofImage("web")).flat().filter((one) => !one.endsWith("definition"))) expect(covers(args, "--exclude", name), name).toBe(true);
  for (const name of Object.values(ofImage("base")).flat()) expect(covers(args, "--exclude", name), name).toBe(false);
});
