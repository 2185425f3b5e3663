// Stores, holds, releases, removes and quarantines releases for ever, until it is killed.
import { openStore } from "#store/open";
import { nextVersion } from "#model/version";
import { commitBuild, stageBuild } from "../fixture.ts";

const [root = "", cacheDir = ""] = process.argv.slice(2);
const store = openStore(root, { cacheDir });
const image = "debian-12";
const by = { project: "imagefleet", stack: "churn" };
for (let n = 0; ; n++) {
  const id = { image, version: nextVersion("2026-11-01", await store.taken(image)) };
  await commitBuild(await stageBuild(store, Buffer.alloc(100_000 + n, n)), id);
  if (n === 0) console.log("running");
  await store.hold({ ...by, ...id });
  await store.release({ ...by, ...id });
  if (n % 3 === 1) await store.remove(id, "churn");
  if (n % 3 === 2) await store.quarantine(id, "churn");
}
