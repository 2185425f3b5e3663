// Loaded by --import into each Node process of a run: that of our providers ends itself after the n-th change that others can see of a
// promotion, in its journal, in a catalog or in the store.
import { writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

type Change = (from: string, to?: unknown, ...rest: unknown[]) => Promise<unknown>;

const { killAfter, places, marker } = JSON.parse(process.env["IMAGEFLEET_TEST_KILL"] ?? "{}") as { killAfter?: number; places?: readonly string[]; marker?: string };
const real = fs as unknown as Record<string, Change>;
let changes = 0;

if (killAfter !== undefined && process.argv[1]?.includes("dynamic-provider")) {
  for (const name of ["rename", "rm", "unlink", "link", "symlink", "rmdir"]) real[name] = dyingAfter(real[name]!);
  syncBuiltinESMExports();
}

function dyingAfter(change: Change): Change {
  return async (from, to, ...rest) => {
    const done = await change(from, to, ...rest);
    const visible = typeof to === "string" ? to : from;
    if (!isCounted(visible) || ++changes !== killAfter) return done;
    writeFileSync(marker!, visible);
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => {});
  };
}

function isCounted(path: string): boolean {
  return typeof path === "string" && !path.includes("staging") && !path.includes(".lock") && places!.some((place) => path.startsWith(place));
}
