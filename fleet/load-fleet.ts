import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "#model/config/config-error";
import { parseConfig } from "#model/config/parse-config";
import { formatsOf } from "#model/config/sites/site-kinds";
import type { FleetConfig, ImageConfig } from "#model/config/types";
import { parseFormat, type Format } from "#model/format";
import { planImage, type ImagePlan } from "#model/plan";
import { openStore } from "#store/open";
import type { Store } from "#store/store";
import type { Found, Search } from "#fleet/found/found";
import { findRegistered } from "#fleet/found/find-registered";
import { readLedger } from "#fleet/ledger";
import { outgoingArtifacts, type Artifacts } from "#fleet/outgoing";
import { requireSigningKey } from "#fleet/require-signing-key";
import { validateTemplates } from "#fleet/validate-templates";
import { writePlan } from "#fleet/write-plan";
import { imageGateSet } from "#providers/inspection/image-gate-set";
import { loadRecipes, type Recipe } from "#providers/packer-build/recipe";
import { TemplateTree } from "#providers/packer-build/template-tree";
import { projectDir, storeLocation } from "#providers/shared/project";
import { configValue } from "#providers/shared/stack-config";

/** What the components declare: plain facts, read from the world once, before anything is declared. */
export interface Fleet {
  readonly config: FleetConfig;
  readonly project: string;
  readonly stack: string;
  /** Parents before children. */
  readonly images: readonly ImagePlan[];
  /** What the sites have of ours already. */
  readonly found: Found["ids"];
  /** Places that are left out of this run: `<site>` or `<site>/<vcenter>`. */
  readonly unreachable: ReadonlySet<string>;
  readonly artifact: Artifacts;
}

/** Reads configuration, templates and the store's ledger, and makes the plan. Every fault found is reported in one error. */
export async function loadFleet(): Promise<Fleet> {
  refuseSecrets();
  const config = parseConfig(stackConfig());
  const store = openStore(storeLocation(config.store));
  const recipes = config.build === "allow" ? await recipesOf(config) : undefined;
  const images = await planImages(config, store, recipes);
  if (recipes) await validate(images, recipes);
  if (!pulumi.runtime.isDryRun()) await requireSigningKey(config, images);
  const project = pulumi.getProject();
  const stack = pulumi.getStack();
  await writePlan(project, stack, images);
  const { ids, unreachable } = await lookAtSites(config, images, { project, stack, store });
  return { config, project, stack, images, found: ids, unreachable, artifact: outgoingArtifacts(store, config.seal, { found: ids, unreachable }) };
}

/** What each site has of ours; a name that something else has taken stops the run before anything is declared. */
async function lookAtSites(config: FleetConfig, images: readonly ImagePlan[], own: Pick<Search, "project" | "stack" | "store">) {
  const known = (process.env["IMAGEFLEET_UNREACHABLE"] ?? "").split(",").filter(Boolean);
  const log = (line: string) => console.log(line);
  const { ids, refusals, unreachable } = await findRegistered(config, images, { ...own, log, mayChange: !pulumi.runtime.isDryRun(), unreachable: new Set(known) });
  for (const { place, cause } of unreachable) log(`[${place}] cannot be asked what it has: ${cause}`);
  if (refusals.length > 0) throw new ConfigError(refusals);
  return { ids, unreachable: new Set([...known, ...unreachable.map(({ place }) => place)]) };
}

/** The stack's `imagefleet:` settings, unknown ones included, so that a misspelt one is reported. */
function stackConfig(): Record<string, unknown> {
  const prefix = "imagefleet:";
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, text]) => [key.slice(prefix.length), configValue(text)]));
}

/** A value that the engine encrypts would stand in clear text in build keys, in the state and in the image's facts. */
function refuseSecrets(): void {
  const keys = (JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] || "[]") as string[]).filter((key) => key.startsWith("imagefleet:"));
  if (keys.length === 0) return;
  const hint = "pulumi config rm it; give provisioners a secret by its name in the environment: imagefleet:images.<image>.secrets";
  throw new ConfigError(keys.map((path) => ({ path, problem: "it was set with --secret, but settings shape images and are kept in releases", hint })));
}

async function recipesOf(config: FleetConfig): Promise<Map<string, Recipe>> {
  const { recipes, faults } = await loadRecipes(config, new TemplateTree(resolve(projectDir(), config.templates)));
  if (faults.length > 0) throw new ConfigError(faults);
  return recipes;
}

async function planImages(config: FleetConfig, store: Store, recipes: Map<string, Recipe> | undefined): Promise<ImagePlan[]> {
  const options = { project: pulumi.getProject(), stack: pulumi.getStack(), quarantine: !pulumi.runtime.isDryRun() };
  const forced = (process.env["IMAGEFLEET_FORCE"] ?? "").split(",");
  const names = recipes ? [...recipes.keys()] : Object.keys(config.images);
  const plans = await Promise.all(names.map(async (name) => {
    const image = config.images[name]!;
    const recipe = recipes?.get(name);
    const wanted = recipe && { key: recipe.key, inputs: recipe.inputs, forced: forced.includes(name), gateSet: imageGateSet(image) };
    return planImage(image, neededFormats(image, config), await readLedger(store, image, options), wanted);
  }));
  const missing = names.filter((_, index) => plans[index] === undefined);
  if (missing.length > 0) throw new ConfigError(missing.map((name) => missingRelease(config.images[name]!, config, store)));
  return plans.filter((plan) => plan !== undefined);
}

/** Every format that some site takes of an image, once, by name in order. */
function neededFormats(image: ImageConfig, config: FleetConfig): Format[] {
  const names = new Set(image.sites.flatMap((site) => formatsOf(config.sites[site]!)));
  return [...names].sort().map((name) => parseFormat(name)!);
}

function missingRelease(image: ImageConfig, config: FleetConfig, store: Store) {
  const formats = neededFormats(image, config).map(({ name }) => name).join(", ");
  return {
    path: `imagefleet:images.${image.name}`,
    problem: `the store ${store.location} has no release of ${image.name} that passed its gates${formats && ` and is sealed as ${formats}`}, and this stack never builds (imagefleet:build: never)`,
    hint: "run `npm run up` on a stack that has the same store and `imagefleet:build: allow`",
  };
}

async function validate(images: readonly ImagePlan[], recipes: Map<string, Recipe>): Promise<void> {
  const missing = images.filter(({ release }) => !release).map(({ image }) => recipes.get(image.name)!);
  const faults = await validateTemplates(missing);
  if (faults.length > 0) throw new ConfigError(faults.map(({ image, problem, hint }) => ({ path: `imagefleet:images.${image}`, problem, hint })));
}
