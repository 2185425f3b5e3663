import * as pulumi from "@pulumi/pulumi";
import { declareFleet } from "#components/fleet";
import { loadFleet } from "#fleet/load-fleet";

// The language host brings a formatter that maps stack traces of compiled TypeScript back to its source, and the SDK takes such a
// trace for every promise: half of the program's time in a large fleet. Node runs these files as they are, so nothing needs mapping.
Reflect.deleteProperty(Error, "prepareStackTrace");

// A fault of the configuration is the user's to read, without our stack trace.
const fleet = await loadFleet().catch((error: Error) => {
  throw new pulumi.RunError(error.message);
});

/** Of each image: version, build key, SHA-256 and bytes of the disk, and the reference on every site. */
export const { images } = declareFleet(fleet);
