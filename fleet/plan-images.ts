import { formatsOf } from "#model/config/sites/site-kinds";
import type { ConfigFault } from "#model/config/config-error";
import type { FleetConfig, ImageConfig } from "#model/config/types";
import { parseFormat, type Format } from "#model/format";
import { ownerOf } from "#model/owner";
import { planFleet, type FleetPlan, type ImageNeeds } from "#model/plan-fleet";
import { releaseName, type ReleaseId } from "#model/release";
import { revokedReleases, type Revoked } from "#model/revoked";
import type { Store } from "#store/store";
import { readDocuments } from "#fleet/documents";
import { readLedger, type LedgerOptions } from "#fleet/ledger";
import { imageGateSet } from "#providers/inspection/image-gate-set";
import type { Recipe } from "#providers/packer-build/recipe";

export interface PlanOptions extends LedgerOptions {
  /** Names of images to build although the store has their keys. */
  readonly forced: readonly string[];
}

export interface PlannedFleet extends Pick<FleetPlan, "images" | "channels"> {
  /** Withdrawn releases, by this stack's configuration or by other stacks. */
  readonly revoked: readonly Revoked[];
  /** Releases that are layered on a revoked one, and are only named. */
  readonly containing: readonly (ReleaseId & { readonly contains: string })[];
  readonly faults: readonly ConfigFault[];
}

/** Reads the ledger of every image and the store's documents, and makes the plan. */
export async function planImages(config: FleetConfig, store: Store, recipes: Map<string, Recipe> | undefined, options: PlanOptions): Promise<PlannedFleet> {
  const names = recipes ? [...recipes.keys()] : Object.keys(config.images);
  const [documents, needs] = await Promise.all([readDocuments(store, options), Promise.all(names.map((name) => needsOf(config.images[name]!, { config, store, recipe: recipes?.get(name), options })))]);
  const { project, stack } = options;
  const builds = needs.flatMap(({ ledger }) => ledger.releases.map(({ build }) => build));
  const { revoked, containing } = revokedReleases({ revoked: config.revoked, revokedChildren: config.revokedChildren, stack: ownerOf({ project, stack }), documents: documents.revocations, releases: builds });
  const { images, channels, missing, faults } = planFleet(needs, {
    channels: config.channels, pointed: documents.pointed, publications: documents.publications, store: store.location, now: new Date(),
    revoked: new Map(revoked.map((one) => [releaseName(one), one.reason])), formatsOf: (site) => formatsOf(config.sites[site]!),
  });
  const lacking = needs.filter(({ image }) => missing.includes(image.name)).map((need) => missingRelease(need, store));
  return { images, channels, revoked, containing, faults: [...faults, ...lacking] };
}

async function needsOf(image: ImageConfig, { config, store, recipe, options }: { config: FleetConfig; store: Store; recipe?: Recipe; options: PlanOptions }): Promise<ImageNeeds> {
  const wanted = recipe && { key: recipe.key, inputs: recipe.inputs, forced: options.forced.includes(image.name), gateSet: imageGateSet(image) };
  return { image, formats: neededFormats(image, config), ledger: await readLedger(store, image, options), wanted };
}

/** Every format that some site takes of an image, once, by name in order. */
function neededFormats(image: ImageConfig, config: FleetConfig): Format[] {
  const names = new Set(image.sites.flatMap((site) => formatsOf(config.sites[site]!)));
  return [...names].sort().map((name) => parseFormat(name)!);
}

function missingRelease({ image: { name }, formats, ledger }: ImageNeeds, store: Store): ConfigFault {
  const sealed = formats.map((format) => format.name).join(", ");
  const { holders } = ledger;
  return {
    path: `imagefleet:images.${name}`,
    problem: `the store ${store.location} has no release of ${name} that passed its gates${sealed && ` and is sealed as ${sealed}`}, and this stack never builds (imagefleet:build: never)`,
    hint: `run \`npm run up\` on a stack that has the same store and \`imagefleet:build: allow\`${holders.length > 0 ? `: releases of it are held by ${holders.join(", ")}` : ""}`,
  };
}
