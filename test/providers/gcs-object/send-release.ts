import type { dynamic } from "@pulumi/pulumi";
import type { ObjectInputs } from "#providers/gcs-object/inputs";
import { provider } from "#providers/gcs-object/provider";

// A provider's process, to be killed: makes the GcsObject of the inputs it is given.
provider.configure({ config: { get: () => undefined } } as unknown as dynamic.ConfigureRequest);
await provider.create(JSON.parse(process.argv[2]!) as ObjectInputs);
