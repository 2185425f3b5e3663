import type { GcpSite } from "#model/config/sites/gcp";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import { openGcp } from "#providers/shared/gcp/open-gcp";

/** A probe is to end soon: one more attempt, and no long wait. */
const impatient = { connectMs: 4_000, silenceMs: 6_000, answerMs: 8_000, retries: 1 };

/** Gets a token, and asks Compute Engine for one image of the project and Cloud Storage whether there is the bucket. @throws FleetError */
export async function probeGcp({ project, bucket }: Pick<GcpSite, "project" | "bucket">): Promise<void> {
  const gcp = openGcp(project, impatient);
  const [, { status }] = await Promise.all([
    gcp.request({ service: "compute", method: "GET", path: `projects/${project}/global/images`, query: new URLSearchParams({ maxResults: "1" }), action: "list the images", permission: "compute.images.list" }),
    // who may write objects need not see their bucket
    gcp.request({ service: "storage", method: "GET", path: `b/${encodeURIComponent(bucket)}`, action: `look at the bucket ${bucket}`, permission: "storage.buckets.get", also: [403, 404] }),
  ]);
  if (status === 404) throw new GcpError({ action: "take in images", place: gcp.place, cause: `there is no bucket ${bucket}`, hint: `gcloud storage buckets create gs://${bucket} --project=${project} --uniform-bucket-level-access --public-access-prevention` }, status);
}
