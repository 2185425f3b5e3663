import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amiName, amiTags } from "#model/aws-image";
import { azureTags, definitionTags } from "#model/azure-image";
import { parseConfig } from "#model/config/parse-config";
import type { AwsSite, AzureSite, GcpSite } from "#model/config/types";
import { gcpDescription, gcpLabels, labelNames, readGcpDescription, stackLabel } from "#model/gcp-image";
import { ourTags, tagNames, type TagFacts } from "#model/tags";
import { anyFacts } from "./any-release.ts";

const facts: TagFacts = { image: "debian-12", version: "2026.1101.2", key: "ab".repeat(32), sha256: "5".repeat(64), stack: "shop/prod" };

/** Whatever a configuration takes for tags and labels. */
const anyTags = fc.dictionary(fc.string({ minLength: 1, maxLength: 128 }), fc.string({ maxLength: 256 }), { maxKeys: 16, noNullPrototype: true });
const anyLabels = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_-]{0,62}$/), fc.stringMatching(/^[a-z0-9_-]{0,63}$/), { maxKeys: 16, noNullPrototype: true });

/** A site with these settings, where the configuration takes them. */
function configured<Site>(settings: object): Site | undefined {
  try {
    return parseConfig({ sites: { one: settings } }).sites["one"] as Site;
  } catch {
    return undefined;
  }
}

describe("our tags", () => {
  it("tell what a thing is and whose, and whether it is the newest where that is known", () => {
    expect(ourTags(facts)).toEqual({
      "imagefleet:image": "debian-12", "imagefleet:version": "2026.1101.2", "imagefleet:key": facts.key, "imagefleet:sha256": facts.sha256, "imagefleet:stack": "shop/prod",
    });
    expect(ourTags({ ...facts, superseded: false })[tagNames.channel]).toBe("latest");
    expect(ourTags({ ...facts, superseded: true })).toEqual(ourTags(facts));
  });
});

describe("tags on AWS", () => {
  it("are as many, as long and named as EC2 takes them, and none of ours is another's", () => {
    fc.assert(fc.property(anyTags, anyFacts, (given, of) => {
      const site = configured<AwsSite>({ kind: "aws", region: "eu-central-1", tags: given });
      fc.pre(site !== undefined);
      const tags = amiTags(site, of);
      expect(Object.keys(tags).length).toBeLessThanOrEqual(50);
      for (const [name, value] of Object.entries(tags)) {
        expect([name.length <= 128, value.length <= 256, /^aws:/i.test(name)]).toEqual([true, true, false]);
      }
      expect(tags).toMatchObject({ ...site.tags, ...ourTags(of), Name: amiName(of) });
    }));
  });
});

describe("tags on Azure", () => {
  it("are as many, as long and named as Azure takes them, and none of ours is another's in any case", () => {
    fc.assert(fc.property(anyTags, anyFacts, (given, of) => {
      const site = configured<AzureSite>({ kind: "azure", subscription: "5f1e0c6a-2b7d-4c39-9a84-d0e6b1f7c258", resourceGroup: "g", location: "westeurope", storageAccount: "abc", gallery: "g", tags: given });
      fc.pre(site !== undefined);
      for (const tags of [azureTags(site, of), definitionTags(site, of)]) {
        const names = Object.keys(tags);
        expect(names.length).toBeLessThanOrEqual(50);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(/^(?!microsoft|azure|windows)[^<>%&\\?/]{1,512}$/i);
        for (const value of Object.values(tags)) expect(value.length).toBeLessThanOrEqual(256);
        expect(tags).toMatchObject(site.tags);
      }
      expect(azureTags(site, of)).toMatchObject(ourTags(of));
    }));
  });
});

describe("labels on Google Cloud", () => {
  it("are as many and as long as it takes them, in its letters", () => {
    fc.assert(fc.property(anyLabels, anyFacts, (given, of) => {
      const site = configured<GcpSite>({ kind: "gcp", project: "images-prod", bucket: "incoming", labels: given });
      fc.pre(site !== undefined);
      const labels = gcpLabels(site, of);
      expect(Object.keys(labels).length).toBeLessThanOrEqual(64);
      for (const [name, value] of Object.entries(labels)) {
        expect(name).toMatch(/^[a-z][a-z0-9_-]{0,62}$/);
        expect(value).toMatch(/^[a-z0-9_-]{0,63}$/);
      }
      expect(labels).toMatchObject(site.labels);
    }));
  });

  it("tell what an image is, as far as there is room", () => {
    expect(gcpLabels({ labels: { team: "a" } }, { ...facts, superseded: false })).toEqual({
      team: "a", "imagefleet-image": "debian-12", "imagefleet-version": "2026-1101-2", "imagefleet-key": facts.key.slice(0, 63), "imagefleet-sha256": "5".repeat(63),
      "imagefleet-stack": "shop_prod", "imagefleet-channel": "latest",
    });
    expect(gcpLabels({ labels: {} }, { ...facts, superseded: true })).not.toHaveProperty(labelNames.channel);
    expect(stackLabel("Shop.Two/prod")).toBe("shop-two_prod");
  });

  it("leave to the description what has no room, which is read as it was written", () => {
    fc.assert(fc.property(anyFacts, ({ stack, key, sha256 }) => {
      const description = gcpDescription({ stack, key, sha256 });
      expect(description.length).toBeLessThanOrEqual(2048);
      expect(readGcpDescription(description)).toEqual({ stack, key, sha256 });
    }));
    for (const other of ["", "an image", "imagefleet shop/prod", `${gcpDescription(facts)} and more`]) expect(readGcpDescription(other)).toBeUndefined();
  });
});
