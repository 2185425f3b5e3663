import { setTimeout as sleep } from "node:timers/promises";
import type { Kind } from "../shared/kind.ts";
import type { Properties } from "../shared/wire.ts";
import { ComputeError, orGone, type ComputeClient } from "./client.ts";

interface Policy {
  readonly etag?: string;
  readonly bindings?: readonly { readonly role: string; readonly members: readonly string[]; readonly condition?: object }[];
}

const attempts = 10;

/** One member of one role. Nothing of it changes in place. */
export const imageIamMember: Kind<ComputeClient> = {
  token: "gcp:compute/imageIamMember:ImageIamMember",
  replace: [],
  computed: ["project"],
  async create(inputs, { client }) {
    const { role, member } = inputs as { role: string; member: string };
    const path = imagePath(inputs, client);
    const etag = await modify(client, path, (bindings) => {
      const members = bindings.find((one) => one.role === role && !one.condition)?.members ?? [];
      return [...bindings.filter((one) => one.role !== role || one.condition), { role, members: [...new Set([...members, member])] }];
    });
    return { id: `projects/${path}/${role}/${member}`, state: { ...inputs, project: path.split("/")[0], etag } };
  },
  async read(id, known, { client }) {
    const [, path = "", role = "", member = ""] = /^projects\/([^/]+\/global\/images\/[^/ ]+)[/ ]((?:roles|projects|organizations)\/\S+?)[/ ](\S+)$/.exec(id) ?? [];
    const policy = await orGone(client.request<Policy>("GET", `${path}/getIamPolicy`));
    if (!policy?.bindings?.some((one) => one.role === role && !one.condition && one.members.includes(member))) return undefined;
    return { id: `projects/${path}/${role}/${member}`, state: { image: known.image ?? `projects/${path}`, role, member, project: path.split("/")[0], etag: policy.etag } };
  },
  async delete(_id, state, { client }) {
    const { role, member } = state as { role: string; member: string };
    await orGone(modify(client, imagePath(state, client), (bindings) => bindings.map((one) => (one.role === role && !one.condition ? { ...one, members: one.members.filter((other) => other !== member) } : one))));
  },
};

function imagePath({ image, project }: Properties, client: ComputeClient): string {
  const name = String(image);
  return /projects\/([^/]+\/global\/images\/[^/]+)$/.exec(name)?.[1] ?? `${String(project ?? client.project)}/global/images/${name}`;
}

/** Reads, changes and writes again, anew where somebody else was faster. @returns the policy's new etag */
async function modify(client: ComputeClient, path: string, change: (bindings: NonNullable<Policy["bindings"]>) => Policy["bindings"]): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    const policy = await client.request<Policy>("GET", `${path}/getIamPolicy`);
    try {
      return (await client.request<Policy>("POST", `${path}/setIamPolicy`, { policy: { ...policy, bindings: change(policy.bindings ?? []) } })).etag;
    } catch (error) {
      if (!(error instanceof ComputeError) || error.status !== 412 || attempt === attempts) throw error;
      await sleep(Math.random() * 100 * attempt);
    }
  }
}
