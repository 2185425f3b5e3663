import type { OpenstackSite } from "#model/config/sites/openstack";
import { openCloud } from "#providers/shared/openstack/open-cloud";

/** A probe is to end soon: one more attempt, and no long wait. */
const impatient = { connectMs: 4_000, answerMs: 8_000, retries: 1 };

/** Logs in to the site's cloud and asks its Glance for one image. @throws FleetError */
export async function probeOpenstack({ cloud, region }: Pick<OpenstackSite, "cloud" | "region">): Promise<void> {
  const site = await openCloud(cloud, region, impatient);
  await site.request({ service: "image", method: "GET", path: "/v2/images", query: new URLSearchParams({ limit: "1" }), action: "list the images" });
}
