import { access, readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { CloudError } from "#providers/shared/openstack/cloud-error";

/** Ids of projects and users may be all digits, which YAML takes for a number. */
const text = z.union([z.string(), z.number()]).transform(String);
const settings = z.record(z.string(), z.unknown());
const region = z.union([text.transform((name) => ({ name, values: {} })), z.object({ name: text, values: settings.default({}) })]);
const entrySchema = z.looseObject({
  auth: z.record(z.string(), text.nullish()).default({}),
  auth_type: z.string().default(""),
  region_name: text.optional(),
  interface: z.string().optional(),
  endpoint_type: z.string().optional(),
  verify: z.boolean().default(true),
  cacert: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
});
type Settings = z.infer<typeof settings>;

/** An entry of clouds.yaml with what secure.yaml, a profile and the region add to it. It holds secrets: never shown, never kept. */
export type CloudEntry = z.infer<typeof entrySchema>;

const setUp = "write the entry into clouds.yaml (here, in ~/.config/openstack or in /etc/openstack), or name another file in OS_CLIENT_CONFIG_FILE";

/**
 * Reads an entry as the official plugin does: clouds.yaml is the file in OS_CLIENT_CONFIG_FILE, else the first one found in the
 * project's directory, ~/.config/openstack and /etc/openstack; secure.yaml, looked for in those directories, wins over it;
 * a `profile` comes from clouds-public.yaml; values of the region win over all.
 * @throws CloudError
 */
export async function readCloud(cloud: string, regionName?: string): Promise<CloudEntry> {
  const file = await cloudsFile();
  if (file === undefined) throw unreadable(cloud, undefined, "there is no clouds.yaml", setUp);
  const own = await section(file, "clouds", cloud);
  if (!own) throw unreadable(cloud, file, `it has no entry ${cloud}`, setUp);
  const merged = merge(await secure(cloud), merge(own, await profile(cloud, file, own)));
  const regions = z.array(region).safeParse(merged["regions"] ?? []).data ?? [];
  const overrides = regions.find(({ name }) => name === regionName)?.values ?? {};
  const parsed = entrySchema.safeParse(merge(overrides, merged));
  if (parsed.success) return parsed.data;
  throw unreadable(cloud, file, `the entry ${cloud} is not as it should be: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`, "mend the entry");
}

async function cloudsFile(): Promise<string | undefined> {
  const named = process.env["OS_CLIENT_CONFIG_FILE"];
  return named && (await exists(named)) ? named : find("clouds");
}

/** @returns the first file of that name, in the directories where OpenStack's programs look. */
async function find(name: string): Promise<string | undefined> {
  for (const extension of ["yaml", "yml"]) {
    // the user's home as the system knows it, as in the plugin, and not HOME
    for (const dir of [process.cwd(), join(userInfo().homedir, ".config/openstack"), "/etc/openstack"]) {
      const file = join(dir, `${name}.${extension}`);
      if (await exists(file)) return file;
    }
  }
  return undefined;
}

async function secure(cloud: string): Promise<Settings> {
  const file = await find("secure");
  return (file !== undefined && (await section(file, "clouds", cloud))) || {};
}

async function profile(cloud: string, place: string, own: Settings): Promise<Settings> {
  const name = own["profile"] || own["cloud"];
  if (typeof name !== "string") return {};
  const file = await find("clouds-public");
  const found = file === undefined ? undefined : await section(file, "public-clouds", name);
  if (!found) throw unreadable(cloud, place, `the profile ${name} of the entry ${cloud} is in no clouds-public.yaml`, "write auth_url and region_name into the entry itself");
  return found;
}

async function section(file: string, key: string, name: string): Promise<Settings | undefined> {
  try {
    const content = parse(await readFile(file, "utf8")) as Record<string, Record<string, unknown> | undefined> | null;
    return settings.safeParse(content?.[key]?.[name]).data;
  } catch (error) {
    // a message of the parser quotes the line, which may hold a password
    const cause = (error as NodeJS.ErrnoException).code?.startsWith("E") ? (error as Error).message : "it is not YAML";
    throw unreadable(name, file, cause, "mend the file");
  }
}

/** `over` wins; what is empty wins over nothing. */
function merge(over: Settings, under: Settings): Settings {
  const merged: Settings = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = under[key];
    if (isSettings(value) && isSettings(below)) merged[key] = merge(value, below);
    else if (value !== undefined && value !== null && value !== "") merged[key] = value;
  }
  return merged;
}

function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}

function unreadable(cloud: string, place: string | undefined, cause: string, hint: string): CloudError {
  return new CloudError({ action: `log in to the cloud ${cloud}`, ...(place && { place }), cause, hint });
}
