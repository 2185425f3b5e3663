import * as pulumi from "@pulumi/pulumi";
import { declareFleet } from "#components/fleet";
import { loadFleet } from "#fleet/load-fleet";

// A fault of the configuration is the user's to read, without our stack trace.
const fleet = await loadFleet().catch((error: Error) => {
  throw new pulumi.RunError(error.message);
});

/** Of each image: version, build key, SHA-256 and bytes of the disk, and the reference on every site. */
export const { images } = declareFleet(fleet);
