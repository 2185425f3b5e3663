import { isDeepStrictEqual } from "node:util";
import Table from "cli-table3";
import type { Aws } from "../../test/servers/aws/start-aws.ts";
import { copies, partner, type Clouds } from "./public-fleet.ts";

const plain = { style: { head: [], border: [] } };

/** What each cloud has, by id: a row for each place, a column for each image. */
export function idTable({ aws, azure, gcp }: Clouds): string {
  const names = imageNames(aws);
  const table = new Table({ head: ["", ...names], ...plain });
  for (const region of [aws.region, ...copies]) table.push([`AWS ${region}`, ...names.map((name) => aws.admin.images({ region }).find((image) => image.name === name)?.id ?? "-")]);
  const versions = azure.outOfBand.all("Microsoft.Compute/galleries/images/versions").map(({ id }) => /\/galleries\/(.+)\/images\/(.+)\/versions\/(.+)$/.exec(id)!);
  table.push(["Azure gallery", ...names.map((name) => versions.find(([, , image, version]) => name === `${image}-${version}`)?.slice(1).join("/") ?? "-")]);
  const images = new Map(gcp.outOfBand.images.map((image) => [image.name, image.id]));
  table.push(["Google Cloud", ...names.map((name) => name.replaceAll(".", "-")).map((name) => (images.has(name) ? `${name} (${images.get(name)})` : "-"))]);
  return table.toString();
}

/** Whether every AMI and snapshot, in every region and account, has the very tags that it has where it was made. */
export function tagAudit({ aws }: Clouds): { readonly table: string; readonly complete: boolean } {
  const table = new Table({ head: ["image", "region", "account", "tags", "like the first"], ...plain });
  const rows = imageNames(aws).flatMap((name) => tagRows(aws, name));
  for (const { name, region, account, what, count, same } of rows) table.push([name, region, account, `${count} on the ${what}`, same ? "yes" : "NO"]);
  return { table: table.toString(), complete: rows.every(({ same, count }) => same && count > 0) };
}

function tagRows(aws: Aws, name: string) {
  const regions = [aws.region, ...copies];
  const [origin] = aws.admin.images({ region: aws.region }).filter((image) => image.name === name);
  const expected = aws.admin.tags(origin!.id);
  return regions.flatMap((region) => {
    const image = aws.admin.images({ region }).find((one) => one.name === name);
    if (!image) return [{ name, region, account: aws.account, what: "AMI", count: 0, same: false }];
    const snapshots = image.mappings.flatMap(({ ebs }) => ebs?.snapshotId ?? []);
    const own = [image.id, ...snapshots].map((id) => ({ what: id === image.id ? "AMI" : "snapshot", account: aws.account, tags: aws.admin.tags(id) }));
    const theirs = { what: "AMI", account: partner, tags: aws.admin.tags(image.id, partner) };
    return [...own, theirs].map(({ what, account, tags }) => ({ name, region, account, what, count: Object.keys(tags).length, same: isDeepStrictEqual(sorted(tags), sorted(expected)) }));
  });
}

function imageNames(aws: Aws): string[] {
  return aws.admin.images({ region: aws.region }).map(({ name }) => name).sort();
}

function sorted(tags: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(tags).sort();
}
