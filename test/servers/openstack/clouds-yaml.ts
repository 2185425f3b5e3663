import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Credentials } from "./keystone-client.ts";

export interface CloudsYaml {
  readonly cloudsFile: string;
  readonly secureFile: string;
  /** For OpenStack's own tools, from any directory. */
  readonly env: { readonly OS_CLIENT_CONFIG_FILE: string; readonly OS_CLIENT_SECURE_FILE: string };
}

/**
 * Writes `clouds.yaml` with an entry for each cloud and `secure.yaml` with the passwords alone (0600).
 *
 * Who reads what:
 * - `openstack` (openstacksdk): OS_CLIENT_CONFIG_FILE and OS_CLIENT_SECURE_FILE, else the working directory,
 *   ~/.config/openstack, /etc/openstack; both files by the same order, but each on its own.
 * - the provider (gophercloud/utils of terraform-provider-openstack 1.54.1): OS_CLIENT_CONFIG_FILE for clouds.yaml ONLY.
 *   It does not know OS_CLIENT_SECURE_FILE: secure.yaml is read from the working directory of the plugin (the engine starts
 *   it in the project's directory), the user's ~/.config/openstack or /etc/openstack, and never from beside
 *   OS_CLIENT_CONFIG_FILE. So write both files into the project's directory, or run the engine there.
 *   Entries are merged key by key, secure.yaml wins; a cloud that is in secure.yaml alone is an error; `regions` may carry
 *   `values` per region; a file OS_CLIENT_CONFIG_FILE that does not exist is passed over in silence.
 */
export async function writeCloudsYaml(dir: string, authUrl: string, regions: readonly string[], clouds: Readonly<Record<string, Credentials>>): Promise<CloudsYaml> {
  await mkdir(dir, { recursive: true });
  const [cloudsFile, secureFile] = [join(dir, "clouds.yaml"), join(dir, "secure.yaml")];
  const open = mapValues(clouds, ({ user, project }) => ({
    auth: { auth_url: authUrl, username: user, project_name: project, user_domain_name: "Default", project_domain_name: "Default" },
    ...(regions.length === 1 ? { region_name: regions[0] } : { regions }),
    identity_api_version: 3,
  }));
  const secret = mapValues(clouds, ({ password }) => ({ auth: { password } }));
  await writeFile(cloudsFile, stringify({ clouds: open }));
  await writeFile(secureFile, stringify({ clouds: secret }), { mode: 0o600 });
  return { cloudsFile, secureFile, env: { OS_CLIENT_CONFIG_FILE: cloudsFile, OS_CLIENT_SECURE_FILE: secureFile } };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
