import { z } from "zod";
import type { AzureSite } from "#model/config/sites/azure";
import { resourceGroupId, storageAccountId } from "#model/azure-ids";
import { AzureError } from "#providers/shared/azure/azure-error";
import type { Arm } from "#providers/shared/azure/arm";

const grantSchema = z.object({
  actions: z.array(z.string()).nullish(),
  notActions: z.array(z.string()).nullish(),
  dataActions: z.array(z.string()).nullish(),
  notDataActions: z.array(z.string()).nullish(),
});
type Grant = z.infer<typeof grantSchema>;

const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers";
/** What one needs to send a disk. */
const dataActions = [`${blobs}/blobs/read`, `${blobs}/blobs/write`, `${blobs}/blobs/add/action`, `${blobs}/blobs/delete`];
const always = ["Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Resources/tags/write", "Microsoft.Storage/storageAccounts/read", `${blobs}/read`, `${blobs}/write`];
/** Azure wants them of whoever has a version made of a VHD; we never ask for a key. */
const source = ["Microsoft.Storage/storageAccounts/listKeys/action", "Microsoft.Storage/storageAccounts/write"];
const versions = ["read", "write", "delete"].flatMap((verb) => [`Microsoft.Compute/galleries/images/${verb}`, `Microsoft.Compute/galleries/images/versions/${verb}`]);
const images = ["read", "write", "delete"].map((verb) => `Microsoft.Compute/images/${verb}`);

type Place = Pick<AzureSite, "subscription" | "resourceGroup" | "storageAccount" | "gallery">;

/**
 * Names all that whom we log in as may not do, before anything is sent. Where Azure does not say what is allowed, the first
 * request that is refused does.
 * @throws AzureError
 */
export async function requirePermissions(arm: Arm, site: Place): Promise<void> {
  const missing = await missingPermissions(arm, site);
  if (missing.length === 0) return;
  throw new AzureError({
    action: "register images", place: `resource group ${site.resourceGroup}`, cause: `whom you log in as may not do ${missing.join(", ")}`,
    hint: "assign the role of docs/azure.md on the resource group; a new assignment takes some minutes",
  }, { status: 403, code: "AuthorizationFailed" });
}

export async function missingPermissions(arm: Arm, site: Place): Promise<string[]> {
  const [group, account] = await Promise.all([grants(arm, resourceGroupId(site)), grants(arm, storageAccountId(site))]);
  if (!group) return [];
  const all = [...group, ...(account ?? [])];
  const actions = [...always, ...(site.gallery === undefined ? images : [...source, ...versions])];
  return [...actions.filter((action) => !all.some((grant) => allows(grant.actions, grant.notActions, action))), ...dataActions.filter((action) => !all.some((grant) => allows(grant.dataActions, grant.notDataActions, action)))];
}

async function grants(arm: Arm, scope: string): Promise<Grant[] | undefined> {
  const id = `${scope}/providers/Microsoft.Authorization/permissions`;
  const list = await arm.list({ id, apiVersion: "2022-04-01", action: "read what is allowed" }).catch((error: unknown) => {
    if (error instanceof AzureError && !error.unreachable) return undefined;
    throw error;
  });
  return list?.flatMap((one) => grantSchema.safeParse(one).data ?? []);
}

/** `*` stands for anything, and neither side is told apart by case. */
function allows(granted: Grant["actions"], withheld: Grant["notActions"], action: string): boolean {
  const covers = (pattern: string) => new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "i").test(action);
  return (granted ?? []).some(covers) && !(withheld ?? []).some(covers);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.+?()[\]{}|]/g, "\\$&");
}
