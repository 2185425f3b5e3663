import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Absolute paths of an executable in the directories of a PATH, first wins. Administrators' directories count too. */
export function findCommand(name: string, path: string = process.env["PATH"] ?? ""): string | undefined {
  return findCommands(name, `${path}${delimiter}/usr/sbin${delimiter}/sbin`)[0];
}

/** Every executable of that name, in the order of the PATH. */
export function findCommands(name: string, path: string): string[] {
  const candidates = path.split(delimiter).filter((dir) => dir !== "").map((dir) => join(dir, name));
  return candidates.filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
