import { whoBuilds, type Builder } from "#model/builders";
import type { ConfigFault } from "#model/config/config-error";
import { formatsOf } from "#model/config/sites/site-kinds";
import type { FleetConfig, ImageConfig } from "#model/config/types";
import { ownerOf } from "#model/owner";
import { planFleet, type FleetFacts, type FleetPlan, type ImageNeeds } from "#model/plan-fleet";
import { promotedReleases, type Promoted } from "#model/promoted";
import { releaseName, type ReleaseId } from "#model/release";
import { revokedReleases, type Revoked } from "#model/revoked";
import type { Store } from "#store/store";
import { readDocuments } from "#fleet/documents";
import { findBuilders } from "#fleet/find-builders";
import { readAsked, readRequests } from "#fleet/requests";
import { readLedger, type LedgerOptions } from "#fleet/ledger";
import { neededFormats } from "#fleet/needed-formats";
import { imageGateSet } from "#providers/inspection/image-gate-set";
import type { Recipe } from "#providers/packer-build/recipe";

export interface PlanOptions extends LedgerOptions {
  /** Names of images to build although the store has their keys. */
  readonly forced: readonly string[];
}

export interface PlannedFleet extends Pick<FleetPlan, "images" | "channels" | "waiting" | "answers"> {
  /** Withdrawn releases, by this stack's configuration or by other stacks. */
  readonly revoked: readonly Revoked[];
  /** Releases that are layered on a revoked one, and are only named. */
  readonly containing: readonly (ReleaseId & { readonly contains: string })[];
  /** Releases that come from other stacks, with their digests. */
  readonly promoted: readonly Promoted[];
  readonly faults: readonly ConfigFault[];
}

/** Reads the ledger of every image and the store's documents, and makes the plan. */
export async function planImages(config: FleetConfig, store: Store, recipes: Map<string, Recipe> | undefined, options: PlanOptions): Promise<PlannedFleet> {
  const names = recipes ? [...recipes.keys()] : Object.keys(config.images);
  const [documents, needs] = await Promise.all([readDocuments(store, options), Promise.all(names.map((name) => needsOf(config.images[name]!, { config, store, recipe: recipes?.get(name), options })))]);
  const { project, stack } = options;
  const builds = needs.flatMap(({ ledger }) => ledger.releases.map(({ build }) => build));
  const { revoked, containing } = revokedReleases({ revoked: config.revoked, revokedChildren: config.revokedChildren, stack: ownerOf({ project, stack }), documents: documents.revocations, releases: builds });
  const [requests, asked] = await Promise.all([readRequests(store, config, documents.pointed), readAsked(store, config, ownerOf({ project, stack }))]);
  const facts: FleetFacts = {
    channels: config.channels, pointed: documents.pointed, publications: documents.publications, store: store.location, now: new Date(), requests, asked,
    revoked: new Map(revoked.map((one) => [releaseName(one), one.reason])), formatsOf: (site) => formatsOf(config.sites[site]!),
  };
  const plan = planFleet(needs, facts);
  // Only a message needs to know who builds: it takes the templates of other stacks.
  const builders = recipes || plan.missing.length + plan.faults.length === 0 ? [] : await findBuilders(needs, store, stack);
  const { images, channels, waiting, answers, missing, faults } = builders.length > 0 ? planFleet(needs, { ...facts, builders }) : plan;
  const lacking = needs.filter(({ image }) => missing.includes(image.name)).map((need) => missingRelease(need, store, builders));
  return { images, channels, waiting, answers, revoked, containing, promoted: promotedReleases(images, needs, documents.others), faults: [...faults, ...lacking] };
}

async function needsOf(image: ImageConfig, { config, store, recipe, options }: { config: FleetConfig; store: Store; recipe?: Recipe; options: PlanOptions }): Promise<ImageNeeds> {
  const wanted = recipe && { key: recipe.key, inputs: recipe.inputs, forced: options.forced.includes(image.name), gateSet: imageGateSet(image) };
  return { image, formats: neededFormats(image, config), ledger: await readLedger(store, image, options), wanted };
}

function missingRelease({ image: { name }, formats: needed, ledger: { releases, elsewhere } }: ImageNeeds, store: Store, builders: readonly Builder[]): ConfigFault {
  const formats = needed.map((format) => format.name);
  const newest = releases.at(-1);
  const unsealed = formats.filter((format) => !newest?.formats[format]);
  const nearly = newest && (newest.passed.length === 0 ? `${newest.build.version} has not passed` : `${newest.build.version} is not sealed as ${unsealed.join(", ")}`);
  return {
    path: `imagefleet:images.${name}`,
    problem: `the store ${store.location} has no release of ${name} that passed its gates${formats.length > 0 ? ` and is sealed as ${formats.join(", ")}` : ""}${nearly ? ` (${nearly})` : ""}, and this stack never builds (imagefleet:build: never)`,
    hint: whoBuilds({ image: name, formats, elsewhere }, builders),
  };
}
