// Prepares a group and stays alive, holding its staging directory.
import { openStore } from "#store/open";
import { stageBuild } from "../fixture.ts";

const [root = "", cacheDir = ""] = process.argv.slice(2);
const staging = await stageBuild(openStore(root, { cacheDir }));
console.log(staging.dir);
setInterval(() => undefined, 1000);
