import { canonicalJson } from "#model/build-key";
import type { FleetConfig, ImageConfig, SettingValue } from "#model/config/types";
import { nearest } from "#model/nearest";
import type { OsFacts } from "#providers/packer-build/os-facts";
import type { RecipeFault } from "#providers/packer-build/recipe";
import { scriptSettings, type ScriptSetting } from "#providers/packer-build/script-settings";
import type { TemplateFile } from "#providers/packer-build/template-tree";

/**
 * Settings that reach an image, by name: those its OS states and those its scripts declare. A layer takes the OS's value
 * for what its own scripts declare; the rest is in its parent already.
 */
export function declaredSettings(facts: OsFacts, layered: boolean, scripts: readonly TemplateFile[]): Map<string, ScriptSetting> {
  const declared = new Map<string, ScriptSetting>();
  for (const script of scripts) for (const setting of scriptSettings(script.content.toString("utf8"))) declared.set(setting.name, setting);
  const wanted = (name: string) => !layered || declared.has(name);
  const buildOnly = (name: string) => declared.get(name)?.buildOnly ?? false;
  for (const [name, value] of Object.entries(facts.settings)) if (wanted(name)) declared.set(name, { name, default: value, buildOnly: buildOnly(name) });
  for (const name of facts.required_settings.filter(wanted)) declared.set(name, { name, buildOnly: buildOnly(name) });
  return declared;
}

export interface SettingsRequest {
  readonly config: FleetConfig;
  readonly image: ImageConfig;
  readonly facts: OsFacts;
  readonly declared: ReadonlyMap<string, ScriptSetting>;
  /** Collects the names of all settings that any image knows. */
  readonly known: Set<string>;
  readonly faults: RecipeFault[];
}

/** Values as the scripts see them: the image's own over its parents', over the fleet's, over the defaults. */
export function resolveSettings(request: SettingsRequest): Record<string, string> {
  const { config, image, facts, declared, known, faults } = request;
  const given: Record<string, SettingValue> = { ...config.variables, ...variablesOf(config, image) };
  const where = `imagefleet:images.${image.name}.variables`;
  for (const name of [...declared.keys(), ...Object.keys(facts.settings)]) known.add(name);
  for (const name of Object.keys(image.variables).filter((own) => !declared.has(own))) {
    faults.push({ path: `${where}.${name}`, problem: `neither the OS facts nor a script of ${image.name} declares the setting ${name}`, hint: suggestion(name, [...declared.keys()]) });
  }
  const settings: Record<string, string> = {};
  for (const { name, default: fallback } of declared.values()) {
    const value = given[name] ?? fallback;
    if (value === undefined) faults.push({ path: `${where}.${name}`, problem: `${name} is required by the OS facts or a script of ${image.name} and is not set`, hint: `set it there, or for the whole fleet in imagefleet:variables.${name}` });
    else settings[name] = settingText(value);
  }
  return settings;
}

/** Fleet-wide variables that no image takes: most likely misspelt. */
export function unknownFleetVariables(config: FleetConfig, known: ReadonlySet<string>): RecipeFault[] {
  const unknown = Object.keys(config.variables).filter((name) => !known.has(name));
  return unknown.map((name) => ({ path: `imagefleet:variables.${name}`, problem: `no OS and no script of any image declares the setting ${name}`, hint: suggestion(name, [...known]) }));
}

export function suggestion(name: string, valid: readonly string[]): string {
  const near = nearest(name, valid);
  return near ? `did you mean ${near}?` : valid.length > 0 ? `there is: ${[...valid].sort().join(", ")}` : "none is declared";
}

/** An image's variables over those of the images below it. */
function variablesOf(config: FleetConfig, image: ImageConfig): Record<string, SettingValue> {
  const below = image.parent === undefined ? undefined : config.images[image.parent];
  return { ...(below ? variablesOf(config, below) : {}), ...image.variables };
}

/** Lists and maps reach a script as JSON. */
function settingText(value: SettingValue): string {
  return typeof value === "object" ? canonicalJson(value) : String(value);
}
