import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PublicationDocument } from "#model/publication";
import type { FormatRecord } from "#model/release";
import type { ChannelDocument } from "#providers/channel-flip/document";
import { Project } from "./project.ts";
import { configurationFault, transcript } from "./transcript.ts";

/** Three stacks on one store: what one has built moves on as it is. The real engine, Packer and QEMU; steps of one story, in this order. */
const [image, version, file] = ["tiny", "2026.1101.1", "tiny-2026.1101.1.qcow2"] as const;
const channels = { dev: "candidate", staging: "accepted", prod: "stable" } as const;
type Stack = keyof typeof channels;

let project: Project;
beforeAll(async () => {
  project = await Project.create({});
  for (const script of ["hello", "other"]) await writeFile(project.path(`packer/scripts/${script}.sh`), `#!/bin/sh\nset -eu\necho ${script} > /etc/${script}\n`);
  await configure("dev", { [image]: {} }, "latest");
  await configure("staging", { [image]: {} }, "latest");
  await configure("prod", { [image]: {} }, version);
});
afterAll(() => project?.remove());

/** @param target Where the channel of the stack points for `tiny`. */
function configure(stack: Stack, images: Record<string, Record<string, unknown>>, target: string): Promise<void> {
  const common = { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: [stack], resources: { cpus: 1 } };
  return project.on(stack).configure({
    build: stack === "dev" ? "allow" : "never",
    images: Object.fromEntries(Object.entries(images).map(([name, own]) => [name, { ...common, ...own }])),
    sites: { [stack]: { kind: "local", path: `sites/${stack}` } },
    channels: { [channels[stack]]: { [image]: target } },
  });
}

async function digestOfBuild(): Promise<string> {
  return (await project.store.record({ image, version }, "build"))!.disk.sha256;
}

/** The resources of a stack, and what each is. */
async function declared(stack: Stack): Promise<unknown> {
  const { checkpoint } = JSON.parse(await project.read(`state/.pulumi/stacks/imagefleet/${stack}.json`)) as { checkpoint: { latest: { resources: { urn: string; id?: string; inputs?: unknown }[] } } };
  return checkpoint.latest.resources.map(({ urn, id, inputs }) => ({ urn, id, inputs }));
}

test("dev builds and publishes it; staging and prod, which never build, are shown that it is the same bytes, by digest", async () => {
  const dev = await project.on("dev").up();
  expect(dev.exitCode, dev.text).toBe(0);
  expect(dev.text).not.toContain("the same bytes");
  const sha256 = await digestOfBuild();

  const review = await project.on("staging").run("preview", ["--markdown"]);
  expect(review.exitCode, String(review.all)).toBe(0);
  expect(String(review.stdout)).toContain(`#### The same bytes as in other stacks\n\n| release | as in | sha256 of its disk |\n| --- | --- | --- |\n| \`tiny@${version}\` | imagefleet/dev (candidate) | \`${sha256}\` |`);
  const staging = await project.on("staging").up();
  expect(staging.exitCode, staging.text).toBe(0);
  expect(staging.text).toContain(`tiny@${version} is the same bytes as in imagefleet/dev (candidate): sha256 ${sha256}`);

  const prod = await project.on("prod").up();
  expect(prod.exitCode, prod.text).toBe(0);
  expect(prod.text).toContain(`tiny@${version} is the same bytes as in imagefleet/dev (candidate), imagefleet/staging (accepted): sha256 ${sha256}`);
  expect(prod.text).not.toMatch(/\[tiny\/build\]|\[tiny\/qcow2\]/);
  const quiet = await project.on("prod").run("preview", ["--expect-no-changes"]);
  expect(quiet.exitCode, String(quiet.all)).toBe(0);
  expect(String(quiet.all)).not.toContain("the same bytes");
});

test("catalogs, publications and channels of all three say that digest", async () => {
  const sha256 = await digestOfBuild();
  const sealed = (await project.store.record<FormatRecord>({ image, version }, "formats/qcow2"))!;
  expect(sealed.source.sha256).toBe(sha256);
  for (const stack of Object.keys(channels) as Stack[]) {
    const published = project.path("sites", stack, image, version, "qcow2");
    expect(createHash("sha256").update(await readFile(`${published}/${file}`)).digest("hex"), stack).toBe(sealed.artifact.sha256);
    expect(await readFile(`${published}/SHA256SUMS`, "utf8")).toContain(`${sealed.artifact.sha256}  ${file}`);
    expect(JSON.parse(await readFile(`${published}/format.json`, "utf8"))).toMatchObject({ source: { sha256 } });
    expect(await project.store.document<ChannelDocument>(`channels/${channels[stack]}/${image}`)).toMatchObject({ version, sha256, stack: `imagefleet/${stack}` });
    expect(await project.store.document<PublicationDocument>(`publications/imagefleet/${stack}/${image}@${version}`)).toMatchObject({ version, sha256, sites: { [stack]: {} } });
  }
});

test("what exists nowhere fails in prod, before anything is touched, with the stack that would build it, and why it has not", async () => {
  await configure("dev", { [image]: { scripts: ["hello"] }, other: { scripts: ["other"] } }, "latest");
  await configure("prod", { [image]: {}, other: {}, nobodys: {} }, "2026.1101.2");
  const before = await declared("prod");
  const up = await project.on("prod").up();
  expect(up.exitCode).not.toBe(0);
  await transcript("missing-release", configurationFault(up.text).replaceAll(project.dir, "."));
  expect(up.text).toContain("npm run up -- --stack dev builds it as 2026.1101.2 (order of scripts changed, script:hello added)");
  expect(up.text).toContain("npm run up -- --stack dev builds it as 2026.1101.1 (first build");
  expect(up.text).toContain("no Pulumi.<stack>.yaml here builds nobodys into this store");
  expect(await declared("prod")).toEqual(before);

  await configure("prod", { [image]: {} }, "2026.1101.9");
  const ninth = await project.on("prod").run("preview");
  expect(ninth.exitCode).not.toBe(0);
  expect(String(ninth.all)).toContain("the stack dev would build tiny@2026.1101.2, not 2026.1101.9 (order of scripts changed, script:hello added)");
});
