import { z } from "zod";
import { described } from "#model/config/expectation";
import { duration, list, name, namePattern, someOf, text, truth, version } from "#model/config/values";
import { isVersion } from "#model/version";

/** What stands for the newest release in place of a version. */
export const latest = "latest";

/** What stands for the release that another stack asks for. */
export const requested = "request";

const target = described(
  z.string().refine((value) => isVersion(value) || namePattern.test(value)).meta({ pattern: String.raw`^(\d{4}\.[1-9]\d{2,3}\.[1-9]\d*|[a-z]([a-z0-9-]*[a-z0-9])?)$` }),
  "latest, request, the version of a release such as 2026.1101.2, or the name of another channel", [latest, requested], targetHint,
);

/** `2026.1110` is a number to YAML, and has lost its last digit when we see it. */
function targetHint(value: string): string | undefined {
  return /^\d+\.\d+$/.test(value) ? "YAML takes it for a number and drops zeros: write all three parts of the version, such as 2026.1101.2" : undefined;
}

export const channels = described(z.record(name, described(z.record(name, target), "a map of images, each with where the channel points")), "a map of channels by name").meta({
  description: "Names that consumers follow, each with the release of its images that it points at: `latest`, a version, another channel, or what another stack asks for (`request`). See [channels](#channels).",
});

/** A part of a promotion. */
export const wave = described(z.strictObject({
  sites: someOf(name, "names of sites or groups").meta({ description: "Sites and groups of the wave. A group stands for those that no earlier wave has: `all` is the rest." }),
  pause: duration("30m", 0).optional().meta({ description: "Time from the end of the wave until it is looked at once more and the next one begins.", default: "0s" }),
}), "a map of sites and pause");

/** How a channel is moved. */
export const promotionRules = described(
  z.strictObject({
    waves: someOf(wave, "waves").optional().meta({ description: "Sites in the order in which they are moved; a wave that fails stops the next. Together they have every site of the channel's images. Default: all at once." }),
    bestEffort: list(name, "names of sites or groups").optional().meta({ description: "Sites and groups that hold nothing back: one that lags is named. Default: none." }),
    approval: truth.optional().meta({ description: "Move only to a release that has a signed approval. Default: true where a site of the channel is public, else false." }),
    publish: described(z.enum(["direct", "request"]), "direct or request").optional().meta({ description: "`direct` moves the sites; `request` writes a signed request to the store, which a stack that has the sites carries out. See [requests](#requests).", default: "direct" }),
    validFor: duration("14d").optional().meta({ description: "Time for which a request may be begun to be carried out; the next `up` afterwards asks anew.", default: "14d" }),
  }).meta({ id: "promotion", description: "How a channel is moved." }),
  "a map of waves, bestEffort, approval, publish and validFor",
);

export const promotion = described(z.record(name, promotionRules), "a map of rules by the name of the channel").meta({ description: "How channels are moved: waves, and what they need. See [promotion](#promotion)." });

export const approvals = described(
  z.strictObject({
    path: text.optional().meta({ description: "Directory of signed approvals, relative to the project.", default: "approvals" }),
    keys: list(text, "files").optional().meta({ description: "Files with the armored public keys of those who may approve, relative to the project. Default: none." }),
  }).meta({ description: "Who may approve a promotion, and where approvals lie. See [approvals](#approvals)." }),
  "a map of path and keys",
);

export const revoked = described(z.record(name, described(z.record(version, text), "a map of reasons by version")), "a map of images, each with reasons by version").meta({
  description: "Releases that are withdrawn everywhere, by image and version, each with the reason. See [revoked](#revoked).",
});

export const revokedChildren = described(z.enum(["named", "revoked"]), "named or revoked").meta({
  description: "What becomes of releases that are layered on a revoked one: they are `named`, or `revoked` too.", default: "named",
});

export type ChannelsInput = z.input<typeof channels>;
export type PromotionInput = z.input<typeof promotionRules>;
export type ApprovalsInput = z.input<typeof approvals>;
export type RevokedInput = z.input<typeof revoked>;
