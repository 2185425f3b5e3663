// Moves the channel of a test's fleet in a process of its own, and kills itself after the n-th change that others can see.
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { openStore } from "#store/open";
import type { FlipInputs, FlipOutputs } from "#providers/channel-flip/inputs";
import { configOf, runFlip } from "./fixture.ts";

const { dir, inputs, before, killAfter } = JSON.parse(process.argv[2]!) as { dir: string; inputs: FlipInputs; before: FlipOutputs; killAfter: number };
let changes = 0;

type Change = (from: string, to?: unknown, ...rest: unknown[]) => Promise<unknown>;
const real = fs as unknown as Record<string, Change>;
for (const name of ["rename", "rm", "unlink", "link", "rmdir"]) {
  const change = real[name]!;
  real[name] = async (from, to, ...rest) => {
    const done = await change(from, to, ...rest);
    const visible = typeof to === "string" ? to : from;
    if (!visible.includes("staging") && ++changes === killAfter) process.kill(process.pid, "SIGKILL");
    return done;
  };
}
syncBuiltinESMExports();

await runFlip(openStore(process.env["IMAGEFLEET_STORE"]!), inputs, before, configOf(dir));
console.log(`changes: ${changes}`);
process.exit();
