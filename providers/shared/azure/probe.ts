import type { AzureSite } from "#model/config/sites/azure";
import { AzureError } from "#providers/shared/azure/azure-error";
import { Arm } from "#providers/shared/azure/arm";

/** A probe is to end soon: one more attempt, and no long wait. */
const impatient = { connectMs: 4_000, answerMs: 6_000, retries: 1 };

/** Logs in and asks for the site's resource group. @throws FleetError */
export async function probeAzure({ subscription, resourceGroup }: Pick<AzureSite, "subscription" | "resourceGroup">): Promise<void> {
  const action = "read the resource group";
  const id = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;
  const found = await new Arm(impatient).request({ id, apiVersion: "2021-04-01", action, permission: "Microsoft.Resources/subscriptions/resourceGroups/read" });
  if (found !== undefined) return;
  throw new AzureError({ action, place: `subscription ${subscription}`, cause: `it has no resource group ${resourceGroup}`, hint: `az group create --subscription ${subscription} --name ${resourceGroup} --location <location>` }, { status: 404 });
}
