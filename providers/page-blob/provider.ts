import type { dynamic } from "@pulumi/pulumi";
import { configureStore } from "#providers/shared/configured-store";
import { unreachableCause } from "#providers/shared/azure/azure-error";
import { configOfProvider } from "#providers/shared/stack-config";
import { mayDiffer } from "#providers/shared/unknown";
import { bringDisk } from "#providers/page-blob/bring-disk";
import { namesIn, type PageBlobInputs, type PageBlobOutputs } from "#providers/page-blob/inputs";
import { isNeeded, removeBlob } from "#providers/page-blob/staged";

const compared = ["target", "key", "sha256", "stack"] as const;

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of PageBlob. What the blob is for, once it is there, makes the blob superfluous: then its absence is no fault. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  async diff(_id: string, olds: PageBlobOutputs, news: PageBlobInputs): Promise<dynamic.DiffResult> {
    const moved = mayDiffer(olds.where, news.where);
    return { changes: moved || compared.some((name) => mayDiffer(olds[name], news[name])), replaces: moved ? ["where"] : [] };
  },

  async create(inputs: PageBlobInputs): Promise<dynamic.CreateResult<PageBlobOutputs>> {
    return { id: inputs.of, outs: await brought(inputs) };
  },

  async update(_id: string, _olds: PageBlobOutputs, news: PageBlobInputs): Promise<dynamic.UpdateResult<PageBlobOutputs>> {
    return { outs: await brought(news) };
  },

  async read(id: string, props: PageBlobOutputs): Promise<dynamic.ReadResult<PageBlobOutputs>> {
    try {
      return (await isNeeded(props)) ? { id: "", props } : { id, props: { ...props, state: "correct" } };
    } catch (error) {
      const state = `unreachable: ${unreachableCause(error)}`;
      const { site, image, version } = namesIn(id);
      console.log(`[${site}/${image}] ${version}: the disk on its way is ${state}`);
      return { id, props: { ...props, state } };
    }
  },

  async delete(_id: string, props: PageBlobOutputs): Promise<void> {
    await removeBlob(props);
  },
};

async function brought({ of, where, target, key, sha256, stack }: PageBlobInputs): Promise<PageBlobOutputs> {
  const inputs = { of, where, target, key, sha256, stack };
  return { ...inputs, uri: await bringDisk(inputs, configOfProvider(request).seal), state: "correct" };
}
