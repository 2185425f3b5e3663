// Holds or removes a release at a given time, for several releases one after the other; prints what succeeded.
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "#store/open";
import { release } from "../fixture.ts";

const [root = "", cacheDir = "", verb = "", stack = "", startAt = "0", rounds = "1", everyMs = "50"] = process.argv.slice(2);
const store = openStore(root, { cacheDir });
const done: boolean[] = [];
for (let round = 1; round <= Number(rounds); round++) {
  await sleep(Number(startAt) + round * Number(everyMs) - Date.now());
  const id = release(round);
  const work = verb === "hold" ? store.hold({ project: "imagefleet", stack, ...id }) : store.remove(id, "race");
  done.push(await work.then(() => true, () => false));
}
console.log(JSON.stringify(done));
