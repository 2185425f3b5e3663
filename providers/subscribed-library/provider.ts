import type { dynamic } from "@pulumi/pulumi";
import { isUnknown, mayDiffer } from "#providers/shared/unknown";
import { shortLine, unreachableState } from "#providers/shared/unreachable";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import type { SubscribedInputs, SubscribedOutputs } from "#providers/subscribed-library/inputs";
import { changeLibrary, makeLibrary } from "#providers/subscribed-library/keep-library";
import { differences, specOf, sslThumbprint } from "#providers/subscribed-library/subscription";

/** Not its datastore: a library stays where it is. */
const fields = ["site", "vcenter", "server", "credentials", "thumbprint", "library", "description", "download", "subscriptionUrl"] as const;
const publisherFields = ["vcenter", "server", "thumbprint"] as const;

/** Causes come from servers, and the state stays slim. */

/** The verbs of SubscribedLibrary. Its id is the vCenter's. */
export const provider = {
  async diff(_id: string, olds: SubscribedOutputs, news: SubscribedInputs): Promise<dynamic.DiffResult> {
    const { publisher } = news;
    const changed = fields.some((name) => mayDiffer(olds[name], news[name])) || isUnknown(publisher) || publisherFields.some((name) => mayDiffer(olds.publisher[name], publisher[name]));
    // a vCenter changes what it trusts; that it should trust nothing in particular any more, it cannot be told
    const replaces = olds.sslThumbprint !== undefined && publisher.thumbprint === undefined ? ["publisher"] : [];
    return { changes: changed || olds.state !== "correct", replaces, deleteBeforeReplace: true };
  },

  async create(inputs: SubscribedInputs): Promise<dynamic.CreateResult<SubscribedOutputs>> {
    const thumbprint = await sslThumbprint(inputs);
    const id = await withVcenter(inputs, (client) => makeLibrary(client, inputs, specOf(inputs, thumbprint)));
    return { id, outs: outputs(id, inputs, thumbprint, "correct") };
  },

  async update(id: string, _olds: SubscribedOutputs, news: SubscribedInputs): Promise<dynamic.UpdateResult<SubscribedOutputs>> {
    const thumbprint = await sslThumbprint(news);
    await withVcenter(news, (client) => changeLibrary(client, id, news, specOf(news, thumbprint)));
    return { outs: outputs(id, news, thumbprint, "correct") };
  },

  async read(id: string, props: SubscribedOutputs): Promise<dynamic.ReadResult<SubscribedOutputs>> {
    const state = await inspect(id, props);
    if (state === undefined) return { id: "", props };
    if (state !== "correct") console.log(`[${props.site}/${props.vcenter}] content library ${props.library}: ${state}`);
    return { id, props: outputs(id, props, props.sslThumbprint, state) };
  },

  /** One that is not marked as the stack's is somebody's by now, and left. */
  async delete(id: string, props: SubscribedOutputs): Promise<void> {
    await withVcenter(props, async (client) => {
      const library = await client.library(id);
      if (library?.description === props.description) await client.deleteLibrary(library);
      else if (library) console.log(`[${props.site}/${props.vcenter}] the content library ${library.name} (${id}) was left: its description is "${library.description}", so that it is not this stack's any more`);
    });
  },
};

/** What a look says; undefined: gone. Never throws for the world's state. */
async function inspect(id: string, props: SubscribedOutputs): Promise<string | undefined> {
  try {
    const library = await withVcenter(props, (client) => client.library(id));
    if (!library) return undefined;
    const found = differences(library, specOf(props, props.sslThumbprint));
    return found.length === 0 ? "correct" : shortLine(`incorrect: ${found.join(", ")}`);
  } catch (error) {
    return unreachableState(error);
  }
}

function outputs(libraryId: string, inputs: SubscribedInputs, thumbprintOfPublisher: string | undefined, state: string): SubscribedOutputs {
  const { site, vcenter, server, credentials, thumbprint, library, description, datacenter, datastore, download, subscriptionUrl, publisher } = inputs;
  return {
    site, vcenter, server, credentials, ...(thumbprint !== undefined && { thumbprint }),
    library, description, datacenter, datastore, download, subscriptionUrl, publisher,
    libraryId, ...(thumbprintOfPublisher !== undefined && { sslThumbprint: thumbprintOfPublisher }), state,
  };
}
