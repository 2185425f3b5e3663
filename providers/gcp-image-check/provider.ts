import type { dynamic } from "@pulumi/pulumi";
import { Progress } from "#providers/shared/progress";
import { isUnknown } from "#providers/shared/unknown";
import { isDue } from "#providers/gcp-image-check/compare";
import type { CheckInputs, CheckOutputs } from "#providers/gcp-image-check/inputs";
import { inspect } from "#providers/gcp-image-check/inspect";
import { settle } from "#providers/gcp-image-check/settle";

/** The verbs of GcpImageCheck. The image belongs to another resource, which deletes it. */
export const provider = {
  async diff(_id: string, { identity: _identity, deprecated, state, ...olds }: CheckOutputs, news: CheckInputs): Promise<dynamic.DiffResult> {
    return { changes: state !== "correct" || deprecated !== isDue(news) || isUnknown(news) || sorted(olds) !== sorted(news) };
  },

  async create(inputs: CheckInputs): Promise<dynamic.CreateResult<CheckOutputs>> {
    return { id: `${inputs.site}/${inputs.image}@${inputs.version}/check`, outs: await settled(inputs) };
  },

  async update(_id: string, olds: CheckOutputs, news: CheckInputs): Promise<dynamic.UpdateResult<CheckOutputs>> {
    return { outs: await settled(news, olds) };
  },

  async read(id: string, props: CheckOutputs): Promise<dynamic.ReadResult<CheckOutputs>> {
    const state = await inspect(props).catch((error: Error) => `unreachable: ${error.message.replace(/\s+/g, " ").slice(0, 300)}`);
    if (state !== "correct") console.log(`[${props.site}/${props.image}] ${props.version} as ${props.format} is ${state}`);
    return { id, props: { ...props, state } };
  },
};

async function settled(inputs: CheckInputs, olds?: CheckOutputs): Promise<CheckOutputs> {
  const progress = new Progress(`${inputs.site}/${inputs.image}`);
  progress.begin(`checking ${inputs.version} as ${inputs.format}`);
  try {
    return { ...only(inputs), ...(await settle(inputs, olds, (text) => progress.say(text))), state: "correct" };
  } finally {
    progress.stop();
  }
}

/** The engine hands over what it keeps for itself, too, and gives keys back in an order of its own. */
function only(inputs: CheckInputs): CheckInputs {
  return Object.fromEntries(Object.entries(inputs).filter(([name, value]) => !name.startsWith("__") && value !== undefined)) as unknown as CheckInputs;
}

function sorted(props: Omit<CheckInputs, never>): string {
  return JSON.stringify(only(props), (_, inner: unknown) => (typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner));
}
