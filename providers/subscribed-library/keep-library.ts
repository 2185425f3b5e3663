import { FleetError } from "#model/errors";
import type { Library, SubscribedLibrarySpec } from "#providers/shared/vcenter/library";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import type { SubscribedInputs } from "#providers/subscribed-library/inputs";
import { differences } from "#providers/subscribed-library/subscription";

/** Makes the library, or takes over the one that an earlier run left. @returns its id @throws FleetError where the name is taken by another. */
export async function makeLibrary(client: VcenterClient, inputs: SubscribedInputs, spec: SubscribedLibrarySpec): Promise<string> {
  const found = await client.findLibrary(inputs.library);
  if (!found) return client.createSubscribed({ ...spec, datastore: await datastoreOf(client, inputs) });
  if (found.description !== inputs.description || found.type !== "SUBSCRIBED") throw taken(client, inputs, found);
  console.log(`[${inputs.site}/${inputs.vcenter}] took over the content library ${found.name} (${found.id}), which an earlier run made`);
  await mendLibrary(client, found, spec);
  return found.id;
}

/** Changes a library in place. @throws FleetError where it is not there. */
export async function changeLibrary(client: VcenterClient, id: string, { library }: SubscribedInputs, spec: SubscribedLibrarySpec): Promise<void> {
  const found = await client.library(id);
  if (found) return mendLibrary(client, found, spec);
  throw new FleetError({
    action: `change content library ${library} (${id})`, place: client.where, cause: "there is no such library",
    hint: "npm run up, without --no-refresh, makes it again; a vCenter that stands in for another one needs a name of its own in the site",
  });
}

async function mendLibrary(client: VcenterClient, found: Library, spec: SubscribedLibrarySpec): Promise<void> {
  if (differences(found, spec).length > 0) await client.updateSubscribed(found.id, spec);
}

async function datastoreOf(client: VcenterClient, { site, vcenter, library, datacenter, datastore }: SubscribedInputs): Promise<string> {
  const id = await client.findDatastore({ datacenter, datastore });
  if (id !== undefined) return id;
  throw new FleetError({
    action: `create content library ${library}`, place: client.where,
    cause: `there is no datastore ${datastore} in the datacenter ${datacenter} that its user may see, or several`,
    hint: `correct datacenter or datastore of ${site}/${vcenter}, or give the user the right to see it`,
  });
}

function taken(client: VcenterClient, { library, description }: SubscribedInputs, { id, description: other, type }: Library): FleetError {
  const cause = other === description ? `there is one (${id}) that pulls from nowhere` : `there is one (${id}) that is not of this stack: its description is "${other}", not "${description}"`;
  return new FleetError({
    action: `create content library ${library}`, place: client.where, cause: `${cause} (${type.toLowerCase()})`,
    hint: "give the stack's library another name by `library`, or delete that one if nobody uses it",
  });
}
