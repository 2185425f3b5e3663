import { provider } from "#providers/ebs-snapshot/provider";
import type { SnapshotInputs } from "#providers/ebs-snapshot/inputs";
import { configure } from "./configure.ts";

/** Makes one snapshot, and is killed at it. */
provider.configure(configure);
console.log((await provider.create(JSON.parse(process.argv[2]!) as SnapshotInputs)).id);
