import { match } from "node:assert/strict";
import { truncate } from "node:fs/promises";
import { gcpImageName } from "#model/gcp-image";
import { markdown } from "../outputs.ts";
import type { Servers } from "../servers.ts";
import { awsRegions, galleryVersions } from "../sites.ts";
import { b, image } from "../stack-file.ts";
import type { Chapter } from "../teller.ts";

export const drift: Chapter = {
  title: "Hands on six sites",
  async tell(teller) {
    teller.say([
      "A bad day:", "",
      "- on the laptop, a full disk cuts a published file short;",
      "- in OpenStack, somebody renames the image;",
      "- in vSphere, somebody deletes the item from the branch's library;",
      "- on AWS, somebody makes the AMI of one region public;",
      "- on Azure, somebody takes the release out of `latest`;",
      "- on Google Cloud, somebody changes a label by which the image is found.", "",
      "The scheduled look at all sites finds each of it, and changes nothing:",
    ].join("\n"));
    await meddle(teller.servers);
    const seen = await teller.run("drift", ["--markdown"], markdown(), 3);
    for (const [place, what] of expected) match(seen, new RegExp(`^- \`${place}[^\`]*\`: \\*\\*(?:${what})`, "m"));
    teller.say("`--repair` converges what has drifted, and nothing else:");
    await teller.run("drift", ["--repair", "--markdown"], markdown(/^$/));
    await teller.look();
    await teller.requireChannel("stable", b);
    teller.requireRelease("amazon", b, []);
    teller.requireRelease("corp", b, []);
    teller.requireRelease("north", b, []);
  },
};

const expected = [["laptop/", "incorrect"], ["north/", "incorrect"], ["corp/branch/", "missing|incorrect"], ["amazon/eu-west-1/", "incorrect"], ["channel/stable/", "missing|incorrect"], ["google/", "incorrect"]] as const;

/** What nobody told us of. */
async function meddle(servers: Servers): Promise<void> {
  const { project, openstack, vcsim, aws, azure, gcp } = servers;
  const name = `${image}-${b}`;
  await truncate(project.path("laptop", image, b, "qcow2", `${name}.qcow2`), 1000);
  const glance = openstack.glance("north", "factory");
  const [held] = await glance.list({ name });
  await glance.patch(held!.id, [{ op: "replace", path: "/name", value: "do-not-touch" }]);
  await vcsim.deleteItem("branch", (await vcsim.items("branch")).find((item) => item.name === name)!.id);
  aws.admin.makePublic(aws.admin.images({ region: awsRegions[1] }).find((ami) => ami.name === name)!.id);
  azure.outOfBand.excludeFromLatest(galleryVersions(servers).find((version) => version.name === b)!.id, true);
  gcp.outOfBand.changeLabel(gcpImageName({ image, version: b }), "imagefleet-image", "somebody-elses");
}
