import type { dynamic } from "@pulumi/pulumi";
import { configureStore } from "#providers/shared/configured-store";
import { configOfProvider } from "#providers/shared/stack-config";
import { mayDiffer } from "#providers/shared/unknown";
import { bringDisk } from "#providers/page-blob/bring-disk";
import { namesIn, type PageBlobInputs, type PageBlobOutputs } from "#providers/page-blob/inputs";
import { removeBlob, stateOf } from "#providers/page-blob/staged";
import { unreachableState } from "#providers/shared/unreachable";

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
    return { changes: moved || olds.state.startsWith("incorrect") || compared.some((name) => mayDiffer(olds[name], news[name])), replaces: moved ? ["where"] : [] };
  },

  async create(inputs: PageBlobInputs): Promise<dynamic.CreateResult<PageBlobOutputs>> {
    return { id: inputs.of, outs: await brought(inputs) };
  },

  /** A blob that somebody else wrote to says of itself what it was before: it goes first. */
  async update(_id: string, olds: PageBlobOutputs, news: PageBlobInputs): Promise<dynamic.UpdateResult<PageBlobOutputs>> {
    if (olds.state.startsWith("incorrect")) await removeBlob(olds);
    return { outs: await brought(news) };
  },

  async read(id: string, props: PageBlobOutputs): Promise<dynamic.ReadResult<PageBlobOutputs>> {
    try {
      const state = await stateOf(props);
      return state === "needed" ? { id: "", props } : { id, props: { ...props, state: told(id, state) } };
    } catch (error) {
      return { id, props: { ...props, state: told(id, unreachableState(error)) } };
    }
  },

  async delete(_id: string, props: PageBlobOutputs): Promise<void> {
    await removeBlob(props);
  },
};

async function brought({ of, where, target, key, sha256, stack }: PageBlobInputs): Promise<PageBlobOutputs> {
  const inputs = { of, where, target, key, sha256, stack };
  return { ...inputs, ...(await bringDisk(inputs, configOfProvider(request).seal)), state: "correct" };
}

function told(id: string, state: string): string {
  const { site, image, version } = namesIn(id);
  if (state !== "correct") console.log(`[${site}/${image}] ${version}: the disk on its way is ${state}`);
  return state;
}
