import { isChannelTag } from "#model/tags";
import type { Definition } from "#providers/shared/azure/registered";
import type { RegisteredImage } from "#providers/shared/azure/registered-image";
import { failedRegions } from "#providers/shared/azure/settled";
import { isMark, isTagValue, type AzureExpectation } from "#providers/azure-image-check/expectation";

/** A difference, and which part of the image has to be set to end it. */
export interface Difference {
  /** `tag team is blue, not red`. */
  readonly what: string;
  /** Absent where nothing but another image ends it. */
  readonly mend?: "tags" | "profile";
}

/** What is not as expected. @param definition Of a version, where it was looked at. */
export function differences(image: RegisteredImage, expected: AzureExpectation, definition?: Definition): Difference[] {
  return [...bytes(image, expected), ...system(image, expected, definition), ...tags(image, expected), ...regions(image, expected), ...life(image, expected)];
}

/** Azure keeps no digest of an image; its size alone tells another disk. */
function* bytes({ size, state }: RegisteredImage, expected: AzureExpectation): Iterable<Difference> {
  if (state !== "Succeeded") yield { what: `its state is ${state}`, ...(state === "Failed" && { mend: "profile" }) };
  if (size !== undefined && size !== expected.size) yield { what: `its disk has ${size} GiB, not ${expected.size}` };
}

function* system({ generation }: RegisteredImage, expected: AzureExpectation, definition: Definition | undefined): Iterable<Difference> {
  const found = definition?.generation ?? generation;
  if (found !== undefined && found !== expected.generation) yield { what: `it is of generation ${found}, not ${expected.generation}` };
  if (!definition) return;
  const [is, should] = [definition.features, expected.features].map((features) => features.filter((feature) => feature.startsWith("SecurityType=")).join(" ") || "standard security");
  if (is !== should) yield { what: `its definition says ${is}, not ${should}` };
}

function* tags({ tags: is }: RegisteredImage, { tags: should }: AzureExpectation): Iterable<Difference> {
  for (const name of new Set([...Object.keys(should), ...Object.keys(is)])) {
    if (isChannelTag(name)) continue;
    const [found, wanted] = [is[name], should[name]];
    if (isTagValue(found, wanted)) continue;
    const what = wanted === undefined ? `tag ${name} added` : found === undefined ? `tag ${name} missing` : isMark(wanted) ? `tag ${name} changed` : `tag ${name} is ${found}, not ${wanted}`;
    yield { what, mend: "tags" };
  }
}

function* regions(image: RegisteredImage, { regions: should }: AzureExpectation): Iterable<Difference> {
  const failed = failedRegions(image);
  for (const { region, replicas } of should) {
    const found = image.regions.find((one) => one.region === region);
    if (!found) yield { what: `not in ${region}`, mend: "profile" };
    else if (failed.includes(region)) yield { what: `its replication to ${region} failed`, mend: "profile" };
    else if (found.replicas !== replicas) yield { what: `${found.replicas} replicas in ${region}, not ${replicas}`, mend: "profile" };
  }
  for (const { region } of image.regions) if (!should.some((one) => one.region === region)) yield { what: `in ${region} too`, mend: "profile" };
}

function* life({ profile }: RegisteredImage, { endOfLife }: AzureExpectation): Iterable<Difference> {
  const found = profile?.endOfLifeDate ?? undefined;
  if (instant(found) !== instant(endOfLife)) yield { what: `its end of life is ${found ?? "unset"}, not ${endOfLife ?? "unset"}`, mend: "profile" };
}

/** Azure writes it as `2027-11-01T00:00:00+00:00`. */
function instant(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
