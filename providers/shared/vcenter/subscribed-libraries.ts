import { z } from "zod";
import type { Connection } from "#providers/shared/vcenter/connection";
import type { SubscribedLibrarySpec } from "#providers/shared/vcenter/library";
import { routes } from "#providers/shared/vcenter/routes";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";

export type SubscribedLibraryVerbs = Pick<VcenterClient, "createSubscribed" | "updateSubscribed">;

/** What a vCenter does with libraries that pull from others. */
export function subscribedLibraryVerbs(connection: Connection): SubscribedLibraryVerbs {
  return {
    async createSubscribed({ datastore, ...spec }) {
      const body = { ...bodyOf(spec), type: "SUBSCRIBED", storage_backings: [{ type: "DATASTORE", datastore_id: datastore }] };
      return (await connection.call({ action: `create content library ${spec.name}`, route: routes.createSubscribed, body, schema: z.string().min(1) }))!;
    },
    updateSubscribed: (id, spec) => connection.call({ action: `change content library ${spec.name} (${id})`, route: routes.updateSubscribed, id, body: bodyOf(spec) }),
  };
}

function bodyOf({ name, description, subscription }: SubscribedLibrarySpec) {
  const { url, onDemand, automaticSync, sslThumbprint } = subscription;
  return {
    name,
    description,
    subscription_info: {
      authentication_method: "NONE", subscription_url: url, on_demand: onDemand, automatic_sync_enabled: automaticSync,
      ...(sslThumbprint !== undefined && { ssl_thumbprint: sslThumbprint }),
    },
  };
}
