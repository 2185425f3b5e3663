import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createKeyFile } from "#providers/seal/create-key-file";

/** Gives this process what providers read from the environment at each call, all of it in a test's own directory. @returns what undoes it */
export async function ownEnvironment(dir: string, store: string): Promise<() => void> {
  const own = { XDG_CACHE_HOME: join(dir, "cache"), IMAGEFLEET_STORE: store, IMAGEFLEET_SIGNING_KEY_FILE: join(dir, "signing-key.asc") };
  const before = Object.fromEntries(Object.keys(own).map((name) => [name, process.env[name]]));
  await mkdir(own.XDG_CACHE_HOME);
  await createKeyFile(own.IMAGEFLEET_SIGNING_KEY_FILE);
  Object.assign(process.env, own);
  return () => {
    for (const [name, value] of Object.entries(before)) value === undefined ? delete process.env[name] : (process.env[name] = value);
  };
}
