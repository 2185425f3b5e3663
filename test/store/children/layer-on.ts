// Builds layer after layer on one release, each time as a build does: uses it, takes its time, stores a release that names it.
// What it could store is held; prints the outcome of every round.
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "#store/open";
import { commitBuild, release, stageBuild } from "../fixture.ts";

const [root = "", cacheDir = "", rounds = "1"] = process.argv.slice(2);
const store = openStore(root, { cacheDir });
const layered: boolean[] = [];
for (let round = 1; round <= Number(rounds); round++) {
  const parent = release(round);
  const staging = await stageBuild(store, `layer ${round}`);
  const work = async () => {
    await staging.use(parent);
    await sleep(Math.random() * 60);
    await commitBuild(staging, release(round, "web"), undefined, { parent: { ...parent, key: "ab".repeat(32) } });
  };
  layered.push(await work().then(() => true, () => false));
  await staging.abandon();
}
console.log(JSON.stringify(layered));
