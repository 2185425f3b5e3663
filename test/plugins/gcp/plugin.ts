import { serve } from "../shared/serve.ts";
import { ComputeClient } from "./client.ts";
import { image } from "./image.ts";
import { imageIamMember } from "./image-iam-member.ts";

/** Stands in for the official plugin: images and their members, on the Compute Engine of the tests. */
await serve({ name: "gcp", kinds: [image, imageIamMember], replace: ["project"], configure: (config) => new ComputeClient(config) });
