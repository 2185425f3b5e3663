// Removes what nobody needs from a store, as seen a month after its builds, and prints each line; once, or (`again`) for ever.
import { gc } from "#store/gc";
import { openStore } from "#store/open";

const [root = "", cacheDir = "", again = ""] = process.argv.slice(2);
const store = openStore(root, { cacheDir });
console.log("running");
do {
  const now = new Date("2026-12-02T12:00:00Z");
  for await (const line of gc(store, { retain: 1, keepFor: 14, now, dryRun: false })) if (line.goes) console.log(JSON.stringify(line));
} while (again === "again");
