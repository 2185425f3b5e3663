import { z } from "zod";
import { described } from "#model/config/expectation";
import { gates } from "#model/config/gates-schema";
import { targets } from "#model/config/targets";
import { amount, duration, epoch, list, longestName, name, osName, scriptName, secretName, text, variables, whole } from "#model/config/values";

export const defaultRetain = 1;
export const defaultCpus = 2;
export const defaultTimeout = 60;

const resources = described(
  z.strictObject({
    cpus: whole(1, 256, "virtual CPUs").optional().meta({ description: "Virtual CPUs of the build's guest.", default: defaultCpus }),
    memory: whole(64, 1_048_576, "MiB").optional().meta({ description: "Memory of the build's guest in MiB. Default: what the OS facts say." }),
    timeout: amount(0.1, 1440, "minutes").optional().meta({ description: "Longest time of one build in minutes, on KVM; without KVM four times as much.", default: defaultTimeout }),
  }).meta({ id: "resources", description: "What a build's guest gets. Never part of the build key." }),
  "a map of cpus, memory and timeout",
);

const shared = {
  epoch: epoch.optional().meta({ description: "The day whose state of the distribution the image stands for, quoted. Moving it rebuilds the image on purpose. Default: the parent's." }),
  retain: whole(0, 100, "releases").optional().meta({ description: "Older releases that stay registered besides the current one; more stay where a channel or a layered release needs them, or a site has no other one whole.", default: defaultRetain }),
  keepFor: duration("14d", 0).optional().meta({ description: "Time for which a release stays after it was registered, whatever `retain` says.", default: "0d" }),
  distributeWithin: duration("24h").optional().meta({ description: "Time from a release's build until every site should have it. One that takes longer is reported, and counts as drift. Default: no promise." }),
  rebuildAfter: duration("7d").optional().meta({ description: "Age of the epoch at which a new one is proposed. Default: never." }),
  resources: resources.optional(),
  gates: gates.optional().meta({ description: "What the image must pass, setting by setting over what the fleet must. See [gates](#gates)." }),
};

const ownership = {
  owner: text.optional().meta({ description: "Who answers for the image. Recorded in each release." }),
  team: text.optional().meta({ description: "The owner's team. Recorded in each release." }),
};

const sites = list(name, "names of sites or groups").optional()
  .meta({ description: "Sites and groups of sites that get the image; `all` is every site. Default: none, the image is built and stored only." });

const made = {
  scripts: list(scriptName, "script names").optional().meta({ description: "Scripts under `scripts/` of the templates, without `.sh`, run in this order after those of the OS." }),
  variables: variables.optional().meta({ description: "This image's variables, over those of its parent and of the fleet. See [variables](#variables)." }),
  secrets: list(secretName, "names of environment variables").optional().meta({ description: "Environment variables handed to the scripts as secrets. See [secrets](#secrets)." }),
};

export const target = described(
  z.strictObject({ ...made, sites: sites.meta({ description: "Sites and groups that get this child besides those of its kind." }), ...shared }).meta({ id: "target", description: "Settings of a child that is made for one target." }),
  "a map of the child's settings",
);

const targetMap = described(
  z.strictObject(Object.fromEntries(targets.map((key) => [key, target.optional()])) as Record<(typeof targets)[number], z.ZodOptional<typeof target>>),
  "a map of targets",
);

export const image = described(
  z.strictObject({
    os: osName.optional().meta({ description: "The operating system: `<family>/<file>` of its facts under `os/` of the templates. Exactly one of `os` and `parent` is set." }),
    parent: name.optional().meta({ description: "The image that this one is layered on: it starts from the parent's disk." }),
    ...made,
    sites,
    ...shared,
    ...ownership,
    targets: targetMap.optional().meta({ description: "Layered children, one for each target. See [targets](#targets)." }),
  }).meta({ id: "image", description: `An image: its name has lower-case letters, digits and hyphens, starts with a letter and is at most ${longestName} long.` }),
  "a map of the image's settings",
);

/** What all images may share. Scripts and secrets are not among it: a child would run and see its parent's again. */
export const imageDefaults = described(
  z.strictObject({ ...shared, sites, ...ownership }).meta({ id: "imageDefaults", description: "What an image has that does not say otherwise." }),
  "a map of settings that images share",
);

export type ImageInput = z.input<typeof image>;
export type TargetInput = z.input<typeof target>;
export type ImageDefaultsInput = z.input<typeof imageDefaults>;
