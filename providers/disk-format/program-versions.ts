import { baseEnvironment, exec } from "#providers/shared/exec";

const versions = new Map<string, Promise<string>>();

/** Versions of programs as they say themselves, for the record; an empty string where one does not say. */
export async function programVersions(programs: readonly string[]): Promise<Record<string, string>> {
  const found = await Promise.all(programs.map(async (program) => [program, await versionOf(program)] as const));
  return Object.fromEntries(found);
}

function versionOf(program: string): Promise<string> {
  const known = versions.get(program) ?? askVersion(program);
  versions.set(program, known);
  return known;
}

async function askVersion(program: string): Promise<string> {
  for (const option of ["--version", "-version"]) {
    const { tail } = await exec(program, [option], { env: baseEnvironment(), timeoutMs: 20_000 });
    const version = /\d+\.\d+(?:\.\d+)*/.exec(tail.join("\n"))?.[0];
    if (version) return version;
  }
  return "";
}
