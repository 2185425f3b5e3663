import { AwsError } from "#providers/shared/aws/aws-fault";
import type { SnapshotOutputs } from "#providers/ebs-snapshot/inputs";
import { isPublic, sharedListing, strayed } from "#providers/ebs-snapshot/listing";
import { tagFaults } from "#providers/ebs-snapshot/tags";
import { unreachableState } from "#providers/shared/unreachable";

/** What a refresh finds of a snapshot: `correct`, `missing`, `incorrect: …` or `unreachable: …`. It changes nothing. */
export async function lookAt(props: SnapshotOutputs): Promise<string> {
  try {
    const { snapshots, shared } = await sharedListing(props);
    const found = snapshots.get(props.snapshotId) ?? (await strayed(props));
    if (found.state === "error") return "missing"; // given up by AWS, to be made again
    const faults = tagFaults(props.tags, found.tags);
    if (found.state !== "completed") faults.unshift(`it is ${found.state}`);
    if (shared.has(props.snapshotId) && (await isPublic(props))) faults.unshift("public");
    return faults.length === 0 ? "correct" : `incorrect: ${faults.join("; ")}`;
  } catch (error) {
    if (error instanceof AwsError && error.notFound) return "missing";
    return unreachableState(error);
  }
}
