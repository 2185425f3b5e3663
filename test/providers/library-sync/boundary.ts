import { foldNames } from "#providers/library-sync/fold-names";
import type { SyncInputs } from "#providers/library-sync/inputs";
import { startVcsim, type SimulatedVcenter, type Vcsim } from "../../servers/vcsim.ts";
import { uploadItem } from "../../servers/upload-item.ts";

/** A publisher vc-a and a subscriber vc-b, simulated, with a library each. */
export interface Boundary {
  readonly vcsim: Vcsim;
  /** Ids of the libraries. */
  readonly published: string;
  readonly subscribed: string;
  /** Inputs for a sync of items that the publisher must hold. */
  inputs(items: readonly string[], change?: Partial<SyncInputs>): SyncInputs;
  publish(...names: string[]): Promise<void>;
  /** Id of an item by its name. */
  idOf(vcenter: "vc-a" | "vc-b", name: string): Promise<string>;
  /** Names of what the subscriber holds, with a star where it was not copied. */
  held(): Promise<string[]>;
}

export async function startBoundary(items: readonly string[], { onDemand = false } = {}): Promise<Boundary> {
  const vcsim = await startVcsim({ vcenters: [{ name: "vc-a" }, { name: "vc-b" }] });
  const published = await vcsim.createLibrary("vc-a", "imagefleet", { published: true });
  const publish = async (...names: string[]) => {
    for (const name of names) await uploadItem(vcsim, "vc-a", published, name);
  };
  await publish(...items);
  const [library] = await vcsim.libraries("vc-a");
  const subscribed = await vcsim.subscribe("vc-b", "imagefleet", library!.publish_info!.publish_url, { onDemand });
  return {
    vcsim, published, subscribed, publish,
    inputs: (expected, change) => ({
      ...address(vcsim.vcenter("vc-b")), site: "corp", libraryId: subscribed, download: onDemand ? "on-demand" : "immediate", items: foldNames(expected),
      publisher: { ...address(vcsim.vcenter("vc-a")), libraryId: published }, ...change,
    }),
    idOf: async (vcenter, name) => (await vcsim.items(vcenter)).find((item) => item.name === name)!.id,
    held: async () => (await vcsim.items("vc-b")).map(({ name, cached }) => (cached ? name : `${name}*`)),
  };
}

function address({ name, server, credentials, thumbprint }: SimulatedVcenter) {
  return { vcenter: name, server, credentials, thumbprint };
}
