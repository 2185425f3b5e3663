// Inspects the release of a fixture with a gate that never ends, and says when it is under way.
import { openStore } from "#store/open";
import { inspect } from "#providers/inspection/inspect";
import { check } from "./evidence/samples.ts";
import { fakeGate, id, jobOf } from "./fixture.ts";

const [root = "", cacheDir = "", dir = ""] = process.argv.slice(2);
const store = openStore(root, { cacheDir });
const wait = async () => {
  console.log("waiting");
  await new Promise((resolve) => setTimeout(resolve, 600_000));
};
await inspect(jobOf(store, (await store.record(id, "build"))!, dir, [fakeGate("hygiene", [check("hygiene/keys")]), fakeGate("boot", [], wait)]));
