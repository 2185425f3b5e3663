import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { toolsHint } from "#providers/shared/hints";

/** What is wrong, and what to do about it, where some of the programs are not on PATH. */
export async function missingPrograms(programs: readonly string[]): Promise<{ readonly cause: string; readonly hint: string } | undefined> {
  const present = await Promise.all(programs.map(isOnPath));
  const missing = programs.filter((_program, index) => !present[index]);
  if (missing.length === 0) return undefined;
  return { cause: `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not on PATH`, hint: toolsHint };
}

async function isOnPath(program: string): Promise<boolean> {
  for (const dir of (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)) {
    const file = join(dir, program);
    const usable = await access(file, constants.X_OK).then(async () => (await stat(file)).isFile()).catch(() => false);
    if (usable) return true;
  }
  return false;
}
