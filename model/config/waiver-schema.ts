import { z } from "zod";
import { described } from "#model/config/expectation";
import { date, list, name, text } from "#model/config/values";

const rule = described(
  z.string().regex(/^[a-z][a-z0-9-]*\/(?:[^\s*]+\*?|\*)$/),
  "a gate and its rule, of which a * at the end stands for any rest: hygiene/password-hash, scan-trivy/*",
);

/** A finding that is accepted for a time. */
export const waiver = described(
  z.strictObject({
    rule: rule.meta({ description: "Rule that may be broken, as the report names it: `hygiene/password-hash`. A `*` at its end stands for any rest." }),
    image: name.meta({ description: "Image that it counts for; a child that is layered on it has waivers of its own." }),
    reason: text.meta({ description: "Why it is accepted. It stands in the evidence." }),
    expires: date.meta({ description: "Last day on which it counts (UTC), quoted. Afterwards it fails the image's checks until it is extended or removed." }),
    place: text.optional().meta({ description: "Only findings at exactly this place: a path, a package, a CVE id. Default: any." }),
  }).meta({ id: "waiver" }),
  "a map of rule, image, reason, expires and place",
);

export const waivers = list(waiver, "waivers").meta({ description: "Findings that are accepted for a time. See [waivers](#waivers)." });

export type WaiverInput = z.input<typeof waiver>;
