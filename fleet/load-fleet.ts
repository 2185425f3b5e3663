import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "#model/config/config-error";
import { parseConfig } from "#model/config/parse-config";
import type { FleetConfig } from "#model/config/types";
import type { ImagePlan } from "#model/plan";
import { promotedLine } from "#model/promoted";
import { openStore } from "#store/open";
import type { Found, Search } from "#fleet/found/found";
import { findRegistered } from "#fleet/found/find-registered";
import { missingApprovals } from "#fleet/missing-approvals";
import { outgoingArtifacts, type Artifacts } from "#fleet/outgoing";
import { planImages, type PlannedFleet } from "#fleet/plan-images";
import { waitingText } from "#fleet/requests";
import { requireSigningKey } from "#fleet/require-signing-key";
import { validateTemplates } from "#fleet/validate-templates";
import { writePlan } from "#fleet/write-plan";
import { loadRecipes, type Recipe } from "#providers/packer-build/recipe";
import { TemplateTree } from "#providers/packer-build/template-tree";
import { whenEngineDies } from "#providers/shared/engine-life";
import { projectDir, storeLocation } from "#providers/shared/project";
import { configValue } from "#providers/shared/stack-config";

/** What the components declare: plain facts, read from the world once, before anything is declared. */
export interface Fleet extends Pick<PlannedFleet, "channels" | "answers" | "revoked" | "containing"> {
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
  whenEngineDies(() => process.exit(1));
  refuseSecrets();
  const config = parseConfig(stackConfig());
  const store = openStore(storeLocation(config.store));
  const recipes = config.build === "allow" ? await recipesOf(config) : undefined;
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  const forced = (process.env["IMAGEFLEET_FORCE"] ?? "").split(",");
  const { faults, ...planned } = await planImages(config, store, recipes, { project, stack, quarantine: !pulumi.runtime.isDryRun(), forced });
  if (faults.length > 0) throw new ConfigError(faults);
  const { images } = planned;
  if (recipes) await validate(images, recipes);
  if (!pulumi.runtime.isDryRun()) await requireSigningKey(config, images);
  await writePlan(project, stack, planned);
  for (const promoted of planned.promoted) void pulumi.log.info(promotedLine(promoted));
  for (const line of waitingText(planned.waiting)) void pulumi.log.warn(line);
  for (const line of await missingApprovals(config, store, planned.channels)) void pulumi.log.warn(line);
  const { ids, unreachable } = await lookAtSites(config, images, { project, stack, store });
  return { config, project, stack, ...planned, found: ids, unreachable, artifact: outgoingArtifacts(store, config.seal, { found: ids, unreachable }) };
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

async function validate(images: readonly ImagePlan[], recipes: Map<string, Recipe>): Promise<void> {
  const missing = images.filter(({ release }) => !release).map(({ image }) => recipes.get(image.name)!);
  const faults = await validateTemplates(missing);
  if (faults.length > 0) throw new ConfigError(faults.map(({ image, problem, hint }) => ({ path: `imagefleet:images.${image}`, problem, hint })));
}
