import { buildKey, digestOf, type BuildInputs } from "#model/build-key";
import type { FleetConfig, ImageConfig } from "#model/config/types";
import { FleetError } from "#model/errors";
import { hostFacts, layerFacts, parseOsFacts, type OsFacts } from "#providers/packer-build/os-facts";
import { declaredSettings, resolveSettings, suggestion, unknownFleetVariables } from "#providers/packer-build/recipe-settings";
import { scriptSettings, type ScriptSetting } from "#providers/packer-build/script-settings";
import { parseSourceFacts, type SourceFacts } from "#providers/packer-build/sources/source-facts";
import type { TemplateFile, TemplateTree } from "#providers/packer-build/template-tree";

/** Everything that one build is made from, read once: the bytes that are hashed are the bytes that are used. */
export interface Recipe {
  readonly image: ImageConfig;
  /** Facts of the OS, its own or that of the image at the bottom of its layers. */
  readonly facts: OsFacts;
  /** What the build runs in, by its path in the snapshot. */
  readonly files: readonly TemplateFile[];
  /** Script paths in the order they run, clean-up last. */
  readonly scripts: readonly string[];
  /** Settings as the scripts see them. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the OS is built from; a layer starts from its parent's disk instead. */
  readonly source?: SourceFacts;
  readonly parent?: { readonly image: string; readonly key: string };
  readonly inputs: BuildInputs;
  readonly key: string;
}

/** Something wrong with an image's templates or variables, at a path of the configuration or in a file. */
export interface RecipeFault {
  readonly path: string;
  readonly problem: string;
  readonly hint: string;
}

/** Reads the recipes of all images; images whose recipe has a fault are missing, as are their children. */
export async function loadRecipes(config: FleetConfig, tree: TemplateTree): Promise<{ recipes: Map<string, Recipe>; faults: RecipeFault[] }> {
  const recipes = new Map<string, Recipe>();
  const faults: RecipeFault[] = [];
  const known = new Set<string>();
  for (const image of parentsFirst(config.images)) {
    const parent = image.parent === undefined ? undefined : recipes.get(image.parent);
    if (image.parent !== undefined && !parent) continue; // its parent's fault is reported already
    const recipe = await loadRecipe({ config, image, parent, tree, known, faults });
    if (recipe) recipes.set(image.name, recipe);
  }
  if (faults.length === 0) faults.push(...unknownFleetVariables(config, known));
  return { recipes, faults };
}

function parentsFirst(images: FleetConfig["images"]): ImageConfig[] {
  const ordered = new Set<ImageConfig>();
  const visit = (image: ImageConfig | undefined): void => {
    if (!image || ordered.has(image)) return;
    if (image.parent !== undefined) visit(images[image.parent]);
    ordered.add(image);
  };
  Object.values(images).forEach(visit);
  return [...ordered];
}

interface Loading {
  readonly config: FleetConfig;
  readonly image: ImageConfig;
  readonly parent: Recipe | undefined;
  readonly tree: TemplateTree;
  /** Collects the names of all settings that any image knows. */
  readonly known: Set<string>;
  readonly faults: RecipeFault[];
}

async function loadRecipe(loading: Loading): Promise<Recipe | undefined> {
  const { image, parent, tree, faults } = loading;
  const facts = parent?.facts ?? (await loadFacts(loading));
  if (!facts) return undefined;
  const before = faults.length;
  const scripts = await loadScripts(loading, facts);
  const recipeScript = parent || facts.source_kind !== "bootstrap" || !facts.bootstrap_recipe ? undefined : await required(loading, `bootstrap/${facts.bootstrap_recipe}.sh`, `bootstrap_recipe of ${image.os}`);
  const answers = parent || !facts.answer_file ? [] : await loadAnswers(loading, facts.answer_file);
  const declared = declaredSettings(facts, parent !== undefined, [...scripts, ...(recipeScript ? [recipeScript] : [])]);
  const settings = resolveSettings({ ...loading, facts, declared });
  const source = parent || faults.length > before ? undefined : sourceOf(loading, facts, settings, recipeScript);
  if (faults.length > before) return undefined;

  const [shared, signingKey] = [await tree.shared(), source?.kind === "iso" && source.gpg ? await tree.file(`keys/${source.gpg.fingerprint}.asc`) : undefined];
  const inputs: Record<string, string> = {
    epoch: digestOf(image.epoch),
    ...named("template", shared, (file) => file.path),
    ...named("script", scripts, scriptName),
    ...named("answer", answers, (file) => file.path),
    "order of scripts": digestOf(scripts.map(scriptName)),
    ...factInputs(facts, parent !== undefined),
    ...settingInputs(settings, declared),
    ...Object.fromEntries(image.secrets.map((name) => [`secret:${name}`, digestOf("declared")])),
    ...(parent ? { parent: parent.key } : { source: digestOf(declaredDigest(source!)) }),
  };
  return {
    image,
    facts,
    files: [...shared, ...scripts, ...answers, ...[recipeScript, signingKey].filter((file) => file !== undefined)],
    scripts: scripts.map((file) => file.path),
    settings,
    source,
    parent: parent && { image: parent.image.name, key: parent.key },
    inputs,
    key: buildKey(inputs),
  };
}

async function loadFacts({ image, tree, faults }: Loading): Promise<OsFacts | undefined> {
  const path = `os/${image.os}.pkrvars.hcl`;
  const file = await tree.file(path);
  if (!file) {
    const all = (await tree.list("os")).flatMap((name) => /^os\/(.+)\.pkrvars\.hcl$/.exec(name)?.[1] ?? []);
    faults.push({ path: `imagefleet:images.${image.name}.os`, problem: `${image.os} has no facts file ${tree.dir}/${path}`, hint: suggestion(image.os!, all) });
    return undefined;
  }
  const { facts, problems } = await parseOsFacts(path, file.content.toString("utf8"));
  for (const { name, problem } of problems) faults.push({ path: `${tree.dir}/${path}`, problem: `${name}: ${problem}`, hint: "docs/images.md#facts" });
  return facts;
}

async function loadScripts(loading: Loading, facts: OsFacts): Promise<TemplateFile[]> {
  const { image, parent } = loading;
  const own = image.scripts.map((name, index) => [name, `imagefleet:images.${image.name}.scripts[${index}]`] as const);
  const ofOs = (list: readonly string[], fact: string) => list.map((name) => [name, `${fact} of the OS of ${image.name}`] as const);
  const wanted = [...(parent ? [] : ofOs(facts.scripts, "scripts")), ...own, ...ofOs(facts.cleanup_scripts, "cleanup_scripts")];
  const files = await Promise.all(wanted.map(([name, path]) => required(loading, `scripts/${name}.sh`, path)));
  return files.filter((file) => file !== undefined);
}

async function required({ tree, faults }: Loading, path: string, where: string): Promise<TemplateFile | undefined> {
  const file = await tree.file(path);
  if (file) return file;
  const folder = path.split("/")[0]!;
  const strip = (name: string) => name.slice(folder.length + 1).replace(/\.sh$/, "");
  faults.push({ path: where, problem: `there is no file ${tree.dir}/${path}`, hint: suggestion(strip(path), (await tree.list(folder)).map(strip)) });
  return undefined;
}

/** The answer file and its neighbours: an installer may fetch any of them from the same place. */
async function loadAnswers(loading: Loading, answerFile: string): Promise<TemplateFile[]> {
  const main = await required(loading, `http/${answerFile}`, `answer_file of ${loading.image.os}`);
  if (!main) return [];
  const folder = main.path.split("/").slice(0, -1).join("/");
  const files = await Promise.all((await loading.tree.list(folder)).map((path) => loading.tree.file(path)));
  return files.filter((file) => file !== undefined);
}

function keyOfBootstrap(script: TemplateFile, settings: Record<string, string>, epoch: string): string {
  const own = scriptSettings(script.content.toString("utf8")).filter((setting) => !setting.buildOnly);
  return digestOf({ script: script.sha256, epoch, settings: Object.fromEntries(own.map(({ name }) => [name, settings[name]])) });
}

/** What is known of the source before anything is fetched or made. */
function declaredDigest(source: SourceFacts): string {
  return source.kind === "bootstrap" ? source.key : source.sha256;
}

function sourceOf({ image, tree, faults }: Loading, facts: OsFacts, settings: Record<string, string>, recipeScript: TemplateFile | undefined): SourceFacts | undefined {
  const place = `${tree.dir}/os/${image.os}.pkrvars.hcl`;
  try {
    return parseSourceFacts(facts, { settings, key: recipeScript && keyOfBootstrap(recipeScript, settings, image.epoch) }, place);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    faults.push({ path: place, problem: error.fault.cause, hint: error.fault.hint ?? "" });
    return undefined;
  }
}

/** Facts that are covered by another input (scripts, settings, the source's digest) or never reach the disk. */
const coveredFacts: readonly (keyof OsFacts)[] = [
  ...hostFacts, "scripts", "cleanup_scripts", "settings", "required_settings", "iso_url", "iso_sha256", "iso_gpg_fingerprint", "iso_gpg_signature_url", "iso_gpg_signed_url", "disk_url", "disk_sha256",
];

function factInputs(facts: OsFacts, layered: boolean): Record<string, string> {
  const names = (Object.keys(facts) as (keyof OsFacts)[]).filter((name) => (layered ? layerFacts.includes(name) : !coveredFacts.includes(name)));
  return Object.fromEntries(names.map((name) => [`fact:${name}`, digestOf(facts[name])]));
}

function settingInputs(settings: Record<string, string>, declared: Map<string, ScriptSetting>): Record<string, string> {
  const shaping = Object.entries(settings).filter(([name]) => declared.get(name)?.buildOnly !== true);
  return Object.fromEntries(shaping.map(([name, value]) => [`variable:${name}`, digestOf(value)]));
}

function named(kind: string, files: readonly TemplateFile[], name: (file: TemplateFile) => string): Record<string, string> {
  return Object.fromEntries(files.map((file) => [`${kind}:${name(file)}`, file.sha256]));
}

function scriptName(file: TemplateFile): string {
  return file.path.slice("scripts/".length).replace(/\.sh$/, "");
}
