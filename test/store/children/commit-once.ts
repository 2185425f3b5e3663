// Stores one version with content of its own at a given time, and prints how it went.
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "#store/open";
import { commitBuild, release, stageBuild } from "../fixture.ts";

const [root = "", cacheDir = "", content = "", startAt = "0"] = process.argv.slice(2);
const staging = await stageBuild(openStore(root, { cacheDir }), content);
await sleep(Number(startAt) - Date.now());
console.log(await commitBuild(staging, release(1)));
