import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { Progress } from "#providers/shared/progress";
import { isUnknown } from "#providers/shared/unknown";
import { isDue } from "#providers/gcp-image-check/compare";
import { inspect } from "#providers/gcp-image-check/inspect";
import { inputsIn, namesIn, shortExpectation, type CheckOutputs, type KeptInputs } from "#providers/gcp-image-check/kept";
import { settle } from "#providers/gcp-image-check/settle";
import { unreachableState } from "#providers/shared/unreachable";

/** The verbs of GcpImageCheck. The image belongs to another resource, which deletes it. */
export const provider = {
  async diff(_id: string, olds: CheckOutputs, news: KeptInputs): Promise<dynamic.DiffResult> {
    if (olds.state !== "correct" || isUnknown(news)) return { changes: true };
    const differs = olds.made !== news.made || !isDeepStrictEqual(olds.expected, shortExpectation(news.expected));
    return { changes: differs || olds.deprecated !== isDue(inputsIn(news)) };
  },

  async create(inputs: KeptInputs): Promise<dynamic.CreateResult<CheckOutputs>> {
    return { id: inputs.of, outs: await settled(inputs) };
  },

  async update(_id: string, olds: CheckOutputs, news: KeptInputs): Promise<dynamic.UpdateResult<CheckOutputs>> {
    return { outs: await settled(news, olds) };
  },

  async read(id: string, props: CheckOutputs): Promise<dynamic.ReadResult<CheckOutputs>> {
    const state = await inspect(id, props).catch(unreachableState);
    if (state !== "correct") console.log(said(id, state));
    return { id, props: { ...props, state } };
  },
};

async function settled({ of, made, expected }: KeptInputs, olds?: CheckOutputs): Promise<CheckOutputs> {
  const inputs = inputsIn({ of, made, expected });
  const progress = new Progress(`${inputs.site}/${inputs.image}`);
  progress.begin(`checking ${inputs.version} as ${inputs.format}`);
  try {
    return { made, expected: shortExpectation(expected), ...(await settle(inputs, olds, (text) => progress.say(text))), state: "correct" };
  } finally {
    progress.stop();
  }
}

function said(of: string, state: string): string {
  const { site, image, version, format } = namesIn(of);
  return `[${site}/${image}] ${version} as ${format} is ${state}`;
}
