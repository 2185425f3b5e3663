import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { listedUnder } from "#model/azure-ids";
import { tagNames } from "#model/tags";
import { Arm } from "#providers/shared/azure/arm";
import { listedImages } from "#providers/shared/azure/listing";
import { getRegistered } from "#providers/shared/azure/registered";
import { Progress } from "#providers/shared/progress";
import { isUnknown, mayDiffer } from "#providers/shared/unknown";
import { differences } from "#providers/azure-image-check/compare";
import { expectationIn, shortExpectation } from "#providers/azure-image-check/expectation";
import { imageIdOf, type AzureCheckInputs, type AzureCheckOutputs } from "#providers/azure-image-check/inputs";
import { settle } from "#providers/azure-image-check/settle";
import { namesIn } from "#providers/page-blob/inputs";
import { removeBlob } from "#providers/page-blob/staged";
import { unreachableState } from "#providers/shared/unreachable";

/** The state stays slim: the rest is found when these are repaired. */
const shownFaults = 4;

/** The verbs of AzureImageCheck. What it looks at belongs to another resource, which deletes it. */
export const provider = {
  async diff(_id: string, olds: AzureCheckOutputs, news: AzureCheckInputs): Promise<dynamic.DiffResult> {
    const differs = mayDiffer(olds.where, news.where) || isUnknown(news.expected) || !isDeepStrictEqual(olds.expected, shortExpectation(news.expected));
    return { changes: olds.state !== "correct" || differs };
  },

  async create(inputs: AzureCheckInputs): Promise<dynamic.CreateResult<AzureCheckOutputs>> {
    return { id: inputs.of, outs: await checked(inputs) };
  },

  async update(_id: string, _olds: AzureCheckOutputs, news: AzureCheckInputs): Promise<dynamic.UpdateResult<AzureCheckOutputs>> {
    return { outs: await checked(news) };
  },

  async read(id: string, props: AzureCheckOutputs): Promise<dynamic.ReadResult<AzureCheckOutputs>> {
    const state = await inspect(id, props).catch(unreachableState);
    const { site, image, version } = namesIn(id);
    if (state !== "correct") console.log(`[${site}/${image}] ${version} is ${state}`);
    return { id, props: { ...props, state } };
  },
};

/** Once the image is whole, nobody needs the disk that it was made of. */
async function checked({ of, where, expected }: AzureCheckInputs): Promise<AzureCheckOutputs> {
  const { site, image, version } = namesIn(of);
  const progress = new Progress(`${site}/${image}`);
  const say = (text: string) => progress.say(`${version}: ${text}`);
  progress.begin(`checking ${version}`);
  try {
    await settle({ arm: new Arm(), imageId: imageIdOf({ of, where }), expected: expectationIn(expected, { image, version }), action: `check ${image}@${version} on ${site}`, progress: say });
    if (await removeBlob({ of, where, stack: expected.tags[tagNames.stack] ?? "" })) say("removed the disk that the image was made of");
    return { where, expected: shortExpectation(expected), state: "correct" };
  } finally {
    progress.stop();
  }
}

/** One listing serves all images of a definition; how far regions are is asked for only where something is under way or failed. */
async function inspect(of: string, { where, expected }: AzureCheckOutputs): Promise<string> {
  const arm = new Arm({ retries: 1 });
  const imageId = imageIdOf({ of, where });
  const listed = (await listedImages(arm, listedUnder(imageId))).get(imageId.toLowerCase());
  if (!listed) return "missing";
  const image = listed.state === "Succeeded" ? listed : (await getRegistered(arm, imageId)) ?? listed;
  const faults = differences(image, expectationIn(expected, namesIn(of)));
  return faults.length === 0 ? "correct" : `incorrect: ${faults.slice(0, shownFaults).map(({ what }) => what).join("; ")}`;
}
