import fc from "fast-check";
import { namePattern } from "#model/config/values";
import type { BuildRecord, ReleaseId } from "#model/release";
import type { TagFacts } from "#model/tags";
import { versionPrefix } from "#model/version";

/** Any day of the years that versions are for. */
export const anyEpoch = fc.date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));

const serial = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 999_999_999_999 }));

/** Any release whose image has a legal name, the longest and those that look like versions included. */
export const anyRelease: fc.Arbitrary<ReleaseId> = fc.record({
  image: fc.oneof(fc.stringMatching(namePattern), fc.stringMatching(/^[a-z][a-z0-9-]{38}[a-z0-9]$/), fc.stringMatching(/^[ab](-2026-1101-[12]){0,2}$/)),
  version: fc.tuple(fc.oneof(fc.constant("2026-11-01"), anyEpoch), serial).map(([epoch, number]) => `${versionPrefix(epoch)}.${number}`),
});

const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const word = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);

/** What is known of any release, its stack's name as long and as odd as the engine takes it. */
export const anyFacts: fc.Arbitrary<TagFacts> = fc
  .tuple(anyRelease, fc.record({ key: digest, sha256: digest, stack: fc.tuple(word, word).map((parts) => parts.join("/")), superseded: fc.option(fc.boolean(), { nil: undefined }) }))
  .map(([release, facts]) => ({ ...release, ...facts }));

/** Any operating system, also of a record that does not say what it boots on. */
export const anyOs: fc.Arbitrary<BuildRecord["os"]> = fc.option(fc.record({
  family: fc.constant("debian"),
  release: fc.constant("12"),
  arch: fc.constantFrom("x86_64", "aarch64"),
  firmware: fc.constantFrom(undefined, ["bios"] as const, ["uefi"] as const, ["bios", "uefi"] as const, ["uefi", "bios"] as const),
}), { nil: undefined });
