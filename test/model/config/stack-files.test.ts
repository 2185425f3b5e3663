import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "#model/config/parse-config";
import { configKeys } from "#model/config/schema";
import { repositoryFile, settingsIn } from "./stack-file.ts";

const files = ["Pulumi.dev.yaml", "Pulumi.prod.yaml"];

describe.each(files)("%s", (file) => {
  it("is accepted", async () => {
    const raw = settingsIn(await repositoryFile(file));
    expect(() => parseConfig(raw)).not.toThrow();
  });

  it("fits the schema that its first line names for editors", async () => {
    const text = await repositoryFile(file);
    const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1];
    const fits = new Ajv({ strict: false }).compile(JSON.parse(await repositoryFile(named!)) as object);
    const accepts = (yaml: string) => fits(JSON.parse(JSON.stringify(parse(yaml))));
    expect([accepts(text), fits.errors]).toEqual([true, null]);
    expect(accepts(text.replace("imagefleet:images:", "imagefleet:imgaes:"))).toBe(false);
    expect(accepts(text.replace("kind: local", "kind: lokal"))).toBe(false);
    expect(accepts(text.replace(/\bova\b/, "oav"))).toBe(false);
  });
});

describe("Pulumi.dev.yaml", () => {
  it("builds Debian 12, a web server on top of it for the laptop, and a box of it", async () => {
    const { images, sites } = parseConfig(settingsIn(await repositoryFile("Pulumi.dev.yaml")));
    expect(Object.values(images).map(({ name, parent, epoch, sites: on }) => ({ name, parent, epoch, on }))).toEqual([
      { name: "debian-12", parent: undefined, epoch: "2026-11-01", on: ["laptop"] },
      { name: "debian-12-vagrant", parent: "debian-12", epoch: "2026-11-01", on: ["boxes"] },
      { name: "debian-12-web", parent: "debian-12", epoch: "2026-11-01", on: ["laptop"] },
    ]);
    expect(sites).toEqual({
      boxes: { kind: "vagrant", name: "boxes", path: ".imagefleet/boxes", providers: ["libvirt"] },
      laptop: { kind: "local", name: "laptop", path: ".imagefleet/site", formats: ["qcow2", "ova", "vhd", "gce", "oci"] },
    });
  });

  it("has a salt already, so that creating the stack does not change the file", async () => {
    expect(parse(await repositoryFile("Pulumi.dev.yaml"))).toHaveProperty("encryptionsalt", expect.stringMatching(/^v1:/));
  });
});

describe("Pulumi.prod.yaml", () => {
  it("shows every setting of a stack, and never builds", async () => {
    const raw = settingsIn(await repositoryFile("Pulumi.prod.yaml"));
    expect(Object.keys(raw).sort()).toEqual([...configKeys].sort());
    expect(raw["build"]).toBe("never");
  });

  it("publishes the child for Vagrant where it says so", async () => {
    const { images } = parseConfig(settingsIn(await repositoryFile("Pulumi.prod.yaml")));
    expect(images["debian-12-vagrant"]).toMatchObject({ parent: "debian-12", target: "vagrant", sites: ["berlin", "boxes", "hamburg"], retain: 2 });
    expect(images["debian-12"]?.sites).toEqual(["amazon", "bare-metal", "berlin", "cloud-north", "cloud-south", "corporate", "frankfurt", "google", "hamburg", "microsoft", "payment"]);
  });
});

describe("Pulumi.yaml", () => {
  it("has the defaults that the program has", async () => {
    const { config } = parse(await repositoryFile("Pulumi.yaml")) as { config: Record<string, { default: string }> };
    const defaults = parseConfig({}) as unknown as Record<string, unknown>;
    for (const [key, setting] of Object.entries(config)) expect(setting.default).toBe(defaults[key.replace("imagefleet:", "")]);
  });

  it("names no backend: that is the user's own", async () => {
    expect(parse(await repositoryFile("Pulumi.yaml"))).not.toHaveProperty("backend");
  });
});
