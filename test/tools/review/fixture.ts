import type { PlannedImage } from "#fleet/write-plan";
import type { Place } from "#model/places";
import type { Reached } from "../../../tools/review/registrations.ts";
import type { Review } from "../../../tools/review/review.ts";

export function planned(given: Partial<PlannedImage> & Pick<PlannedImage, "image">): PlannedImage {
  return { version: "2026.1101.1", key: "0".repeat(64), sites: [], formats: [], stored: true, reasons: [], retained: [], stays: [], dropped: [], ...given };
}

/** Places by name, and those of them that did not answer. */
export function reached(names: readonly string[], lost: readonly string[]): Reached {
  return {
    places: names.map((name) => ({ name, site: { name: name.split("/")[0]! } }) as Place),
    unreachable: lost.map((place) => ({ place, cause: "no answer" })),
  };
}

export const nothing: Review = {
  schemaVersion: 1, stack: "dev", complete: true, errors: [], releases: [], builds: [], channels: [], promoted: [], exposures: [], removals: [], kept: [], revoked: [], changes: [], policies: [], keys: [], notLookedAt: [],
};

/** A change with something of everything. */
export const everything: Review = {
  ...nothing,
  stack: "prod",
  releases: [
    { image: "debian-12", version: "2026.1115.1", sites: { "aws-main": { deeds: { register: 3 }, notLookedAt: [] }, corp: { deeds: { register: 29 }, notLookedAt: ["corp/vc07"] }, "gcp-main": { deeds: {}, notLookedAt: ["gcp-main"] }, laptop: { deeds: { register: 2 }, notLookedAt: [] } }, artifacts: [{ format: "gce", bytes: 612_000_000, as: "2026.1101.2" }, { format: "qcow2", bytes: 524_000_000, as: "2026.1101.2" }] },
    { image: "debian-12", version: "2026.1101.2", sites: { "aws-main": { deeds: { change: 3 }, notLookedAt: [] }, laptop: { deeds: { unchanged: 2 }, notLookedAt: [] } }, artifacts: [] },
    { image: "debian-12", version: "2026.1018.1", sites: { "aws-main": { deeds: { remove: 3 }, notLookedAt: [] }, laptop: { deeds: { remove: 2 }, notLookedAt: [] } }, artifacts: [] },
    { image: "debian-12-web", version: "2026.1101.4", sites: { laptop: { deeds: { unchanged: 2 }, notLookedAt: [] } }, artifacts: [] },
  ],
  builds: [{ image: "debian-12", version: "2026.1115.1", reasons: ["epoch changed", "script:debian/cleanup changed", "variable:motd: `Hello | <b>you</b>` changed"], expected: { seconds: 340, parts: { build: 65, gates: 190, formats: 85 }, builds: 5, accelerator: "kvm" } }],
  channels: [{ channel: "stable", image: "debian-12", from: "2026.1018.1", to: "2026.1101.2", via: ["candidate", "latest"], approval: true, waves: [{ wave: 1, sites: ["laptop"], bestEffort: [], pause: 0 }, { wave: 2, sites: ["aws-main", "corp"], bestEffort: ["edge"], pause: 1800 }] }],
  promoted: [{ image: "debian-12", version: "2026.1101.2", sha256: "5".repeat(64), elsewhere: [{ stack: "imagefleet/dev", channels: ["candidate"] }, { stack: "imagefleet/staging", channels: [] }] }],
  exposures: [
    { image: "debian-12", version: "2026.1115.1", place: "aws-main", who: "everybody", change: "may use it", public: true, asBefore: false },
    { image: "debian-12", version: "2026.1115.1", place: "aws-main", who: "account 210987654321", change: "may use it", public: false, asBefore: false },
    { image: "debian-12", version: "2026.1115.1", place: "aws-main", who: "account 123456789012", change: "may use it", public: false, asBefore: true },
  ],
  removals: [{ image: "debian-12", version: "2026.1018.1", places: ["aws-main", "laptop"], why: "1 older than the current one stay (retain)" }],
  kept: [{ image: "debian-12", version: "2026.1101.2", why: ["stable points at it", "one of 1 older release that stay (retain)"] }],
  revoked: [{ image: "debian-12", version: "2026.1018.2", why: "CVE-2026-0001" }],
  changes: [{ name: "aws-main/debian-12@2026.1101.2/raw", deed: "change", what: "deprecationTime, tags" }, { name: "laptop/debian-12-web@2026.1101.4/qcow2", deed: "repair", what: "incorrect: SHA256SUMS missing" }],
  policies: [
    { policy: "public-approved", pack: "imagefleet", level: "mandatory", message: "Nothing is public without approval\naws-main is public, and no approval is signed", resource: "aws-main/debian-12@2026.1115.1/raw", breach: true },
    { policy: "expiry-set", pack: "imagefleet", level: "advisory", message: "never expires; ask @everyone, see #12", resource: "aws-main/debian-12@2026.1115.1/raw", breach: false },
  ],
  keys: [{ image: "debian-12", locked: "a".repeat(64), now: "b".repeat(64), inputs: ["epoch changed", "script:debian/cleanup changed"] }],
  notLookedAt: [{ place: "corp/vc07", cause: "connect ECONNREFUSED", public: false }, { place: "gcp-main", cause: "there are no credentials", hint: "gcloud auth application-default login", public: true }],
};
