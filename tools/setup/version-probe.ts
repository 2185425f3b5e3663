import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { cacheDir } from "#providers/shared/project";

type Known = Record<string, { readonly identity: string; readonly version: string }>;

/**
 * The version that a program says it has, `undefined` if it does not say. Answers are kept by path, size and time of
 * modification, so that a warm start runs no program at all.
 */
export async function probeVersion(path: string, args: readonly string[]): Promise<string | undefined> {
  const file = join(cacheDir(), "versions.json");
  const { mtimeMs, size } = await stat(path);
  const identity = `${mtimeMs}/${size}`;
  const known = readKnown(file)[path];
  if (known?.identity === identity) return known.version;
  const version = await ask(path, args);
  if (version) remember(file, path, { identity, version });
  return version;
}

async function ask(path: string, args: readonly string[]): Promise<string | undefined> {
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true", CHECKPOINT_DISABLE: "1" };
  const { all } = await execa(path, args, { env, reject: false, timeout: 20_000, all: true, stdin: "ignore" });
  return /\d+\.\d+(\.\d+)?(-[\w.]+)?/.exec(all ?? "")?.[0];
}

function readKnown(file: string): Known {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Known;
  } catch {
    return {}; // absent or damaged: the programs are asked again
  }
}

/** Synchronous from reading to renaming: probes run side by side, and none may forget another's answer. */
function remember(file: string, path: string, entry: Known[string]): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ ...readKnown(file), [path]: entry }, undefined, 1));
  renameSync(unfinished, file);
}
