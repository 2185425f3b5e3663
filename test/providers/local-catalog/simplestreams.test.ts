import fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions, nextVersion } from "#model/version";
import type { Marker } from "#providers/local-catalog/marker";
import { serial, simplestreams } from "#providers/local-catalog/simplestreams";

const date = new Date("2026-11-02T03:04:05Z");

function release(image: string, version: string): Marker {
  const artifact = { name: `${image}-${version}.qcow2`, sha256: "ab".repeat(32), bytes: 7 };
  return { schemaVersion: 2, image, version, format: "qcow2", key: "k", site: "laptop", claim: "c", publishedAt: "2026-11-02T00:00:00Z", artifact, documents: [], virtualBytes: 9, os: { family: "debian", release: "12", arch: "x86_64" } };
}

test("lists a release as readers of simplestreams want it", () => {
  const { index, products } = simplestreams([release("debian-12", "2026.1101.2")], date);
  expect(products).toEqual({
    format: "products:1.0",
    datatype: "image-downloads",
    content_id: "local.imagefleet:released:download",
    updated: "Mon, 02 Nov 2026 03:04:05 +0000",
    products: {
      "local.imagefleet:debian-12:amd64": {
        arch: "amd64", os: "debian", release: "12", release_title: "12", version: "12", image: "debian-12", aliases: "debian-12", supported: true,
        versions: {
          "20261101.0002": {
            label: "release", pubname: "debian-12-2026.1101.2", imagefleet_version: "2026.1101.2", imagefleet_key: "k",
            items: { "disk1.img": { ftype: "disk1.img", path: "debian-12/2026.1101.2/qcow2/debian-12-2026.1101.2.qcow2", sha256: "ab".repeat(32), size: 7 } },
          },
        },
      },
    },
  });
  expect(index).toEqual({
    format: "index:1.0",
    updated: "Mon, 02 Nov 2026 03:04:05 +0000",
    index: {
      "local.imagefleet:released:download": {
        datatype: "image-downloads", format: "products:1.0", updated: "Mon, 02 Nov 2026 03:04:05 +0000",
        path: "streams/v1/images.json", products: ["local.imagefleet:debian-12:amd64"],
      },
    },
  });
});

const epoch = fc.date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10));
const version = fc.tuple(epoch, fc.integer({ min: 1, max: 9999 })).map(([day, number]) => `${nextVersion(day, []).replace(/\d+$/, "")}${number}`);

test("version serials sort as text the way versions sort by number", () => {
  fc.assert(fc.property(version, version, (a, b) => {
    const text = serial(a) < serial(b) ? -1 : serial(a) > serial(b) ? 1 : 0;
    expect(text).toBe(Math.sign(compareVersions(a, b)));
  }));
});

test("the order in which releases are found does not matter", () => {
  const releases = ["2026.1101.2", "2026.203.10", "2026.203.2"].flatMap((one) => [release("b", one), release("a", one)]);
  const text = JSON.stringify(simplestreams(releases, date));
  fc.assert(fc.property(fc.shuffledSubarray(releases, { minLength: releases.length }), (shuffled) => JSON.stringify(simplestreams(shuffled, date)) === text));
});
