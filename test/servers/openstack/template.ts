import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { baseEnvironment } from "#providers/shared/exec";
import { withLock } from "../../../tools/setup/lock.ts";
import { adminPassword, glanceConfiguration, keystoneConfiguration } from "./configuration.ts";

/** Counts the changes of what is prepared here. */
const version = 1;

/**
 * Empty databases, keys and an administrator: what takes Keystone and Glance most of their first start, made once beside
 * their programs and copied for each.
 * @returns a directory with `keystone.db`, `glance.db`, `fernet/` and `credential/`.
 */
export async function openstackTemplate(venv: string, log: (line: string) => void): Promise<string> {
  const target = join(venv, `template-${version}`);
  if (existsSync(target)) return target;
  const say = (text: string) => log(`[openstack/template] ${text}`);
  return withLock(`${venv}.lock`, () => say("another run is making it; waiting"), async () => {
    if (existsSync(target)) return target;
    say("making empty databases");
    const unfinished = `${target}.unfinished`;
    try {
      await rm(unfinished, { recursive: true, force: true }); // of a run that was killed
      await mkdir(unfinished, { mode: 0o700 });
      await fill(unfinished, join(venv, "bin"));
      await rename(unfinished, target);
      return target;
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
}

async function fill(dir: string, bin: string): Promise<void> {
  const env = { ...baseEnvironment(), PYTHONWARNINGS: "ignore" };
  const options = { env, extendEnv: false, stdin: "ignore", all: true } as const;
  const [keystone, glance] = [join(dir, "keystone.conf"), join(dir, "glance-api.conf")];
  await writeFile(keystone, keystoneConfiguration(dir));
  await writeFile(glance, glanceConfiguration(dir));
  for (const name of ["fernet", "credential"]) await mkdir(join(dir, name), { mode: 0o700 });
  const manage = (...args: string[]) => execa(join(bin, "keystone-manage"), ["--config-file", keystone, ...args], options);
  const { username } = userInfo();
  await manage("db_sync");
  for (const name of ["fernet", "credential"]) await manage(`${name}_setup`, "--keystone-user", username, "--keystone-group", username);
  await manage("bootstrap", "--bootstrap-password", adminPassword);
  await execa(join(bin, "glance-manage"), ["--config-file", glance, "db_sync"], options);
}
