import { z } from "zod";
import type { Connection } from "#providers/shared/vcenter/connection";
import { routes } from "#providers/shared/vcenter/routes";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";
import type { Placement } from "#providers/shared/vcenter/vm";

/** Milliseconds: the vCenter answers when disks have been copied, and fetched before where they are taken on demand. */
const patience = { answerMs: 60 * 60_000, retries: 0 };

const message = z.object({ default_message: z.string() });
const result = z.object({
  succeeded: z.boolean().default(false),
  resource_id: z.object({ type: z.string(), id: z.string() }).nullish(),
  error: z.object({
    errors: z.array(z.object({
      message: message.nullish(),
      error: z.object({ messages: z.array(message).default([]) }).nullish(),
      issues: z.array(z.object({ message })).nullish(),
    })).default([]),
  }).nullish(),
});

export interface NewVm {
  readonly name: string;
  readonly annotation?: string;
  readonly placement: Placement;
}

/** Deploys an OVF item, powered off; every network of the OVF becomes the one of the placement. @returns the VM's id */
export async function deploy(connection: Connection, itemId: string, { name, annotation, placement }: NewVm): Promise<string> {
  const action = `deploy VM ${name} from library item ${itemId}`;
  const target = {
    resource_pool_id: placement.resourcePool,
    ...(placement.folder !== undefined && { folder_id: placement.folder }),
    ...(placement.host !== undefined && { host_id: placement.host }),
  };
  const spec = {
    name,
    accept_all_EULA: true,
    storage_provisioning: "thin",
    ...(annotation !== undefined && { annotation }),
    ...(placement.datastore !== undefined && { default_datastore_id: placement.datastore }),
    ...(placement.network !== undefined && { network_mappings: await networkMappings(connection, { itemId, target, network: placement.network }) }),
  };
  const answer = await connection.call({ action, route: routes.deploy, id: itemId, body: { target, deployment_spec: spec }, schema: result, patience });
  if (answer?.succeeded && answer.resource_id) return answer.resource_id.id;
  const said = answer?.error?.errors.flatMap(({ message: own, error, issues }) => [own, ...(error?.messages ?? []), ...(issues ?? []).map((issue) => issue.message)]);
  const cause = said?.map((one) => one?.default_message).filter(Boolean).join("; ") || "the vCenter does not say why";
  throw new VcenterError({ action, place: connection.where, cause, hint: "check `testDeploy` of the site, then run the same command again" });
}

/** Keys are the networks' names in the OVF. `/rest` writes a map as a list of its entries. */
async function networkMappings(connection: Connection, { itemId, target, network }: { itemId: string; target: object; network: string }): Promise<unknown> {
  const schema = z.object({ networks: z.array(z.string()).nullish() });
  const ovf = await connection.call({ action: `look at the OVF of library item ${itemId}`, route: routes.inspectOvf, id: itemId, body: { target }, schema });
  const names = ovf?.networks ?? [];
  return connection.dialect === "api" ? Object.fromEntries(names.map((name) => [name, network])) : names.map((key) => ({ key, value: network }));
}
