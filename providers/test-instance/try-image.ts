import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import type { InstanceInputs, InstanceOutputs } from "#providers/test-instance/inputs";

/** Makes a server of an image, looks at it, and deletes it, whatever comes out. @throws FleetError where it does not boot as it should. */
export async function tryImage(inputs: InstanceInputs): Promise<Omit<InstanceOutputs, keyof InstanceInputs>> {
  throw new FleetError({ action: `boot ${releaseName(inputs)} on ${inputs.site}`, cause: "there is no client of Nova yet" });
}
