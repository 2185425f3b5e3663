import { mkdir, readlink } from "node:fs/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { requestDocument, answerDocument, type AnswerDocument, type RequestDocument } from "#model/request";
import { createKeyFile } from "#providers/seal/create-key-file";
import { storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** Two stacks on one store: `outer` has the releases and no site, `inner` the sites. The real engine; steps of one story, in this order. */
const [image, channel] = ["tiny", "stable"] as const;
const [first, second, third] = ["2026.1101.1", "2026.1101.2", "2026.1101.3"] as const;
const place = { stack: "imagefleet/outer", channel, image };
const settings = { os: "tiny/tiny-x86_64", epoch: "2026-11-01" };

let project: Project;
let outer: Project;
let inner: Project;
beforeAll(async () => {
  project = await Project.create({});
  [outer, inner] = [project.on("outer"), project.on("inner")];
  await mkdir(project.path("keys"));
  for (const name of ["release", "outer", "stranger"]) await createKeyFile(project.path("keys", `${name}.asc`));
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", project.path("keys/release.asc"));
  for (const version of [first, second]) await storeRealRelease(project.store, { image, version }, ["qcow2"]);
  await storeRealRelease(project.store, { image, version: third }, []);
  await ask(first);
  await inner.configure({
    build: "never", images: { [image]: { ...settings, sites: ["desk", "edge"] } },
    sites: { desk: { kind: "local", path: "desk" }, edge: { kind: "local", path: "edge" } },
    channels: { [channel]: { [image]: "request" } }, promotion: { [channel]: { waves: [{ sites: ["desk"] }, { sites: ["all"] }] } },
    requests: { from: [place.stack, "imagefleet/other"], keys: ["keys/outer.pub.asc"] }, seal: { key: "keys/release.asc" },
  });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await project?.remove();
});

function ask(version: string, more: Record<string, unknown> = {}, key = "outer"): Promise<void> {
  return outer.configure({
    build: "never", images: { [image]: settings }, channels: { [channel]: { [image]: version } }, promotion: { [channel]: { publish: "request" } },
    seal: { key: `keys/${key}.asc`, trust: ["keys/release.pub.asc"] }, ...more,
  });
}

async function up(stack: Project): Promise<string> {
  const { exitCode, text } = await stack.up();
  expect(exitCode, text).toBe(0);
  return text;
}

const pointed = () => Promise.all(["desk", "edge"].map((site) => readlink(project.path(site, image, "channels", channel)).then((to) => to.replace("../", ""), () => undefined)));
const request = async () => (await project.store.document<RequestDocument>(requestDocument(place)))!;
const answer = () => project.store.document<AnswerDocument>(answerDocument(place));

test("who carries requests out waits for one, and takes nothing that nobody has asked for", async () => {
  const text = await up(inner);
  expect(text).toContain("stable of tiny points nowhere, and waits for a request: no stack asks for a release");
  expect(await project.store.holds(image)).toEqual([]);
});

test("a request is written and said; the other stack previews and carries it out in its waves; its status comes back", async () => {
  const asking = await outer.run("preview", ["--markdown"]);
  expect(String(asking.stdout)).toContain(`| \`stable\` | \`tiny\` | *nowhere* → \`${first}\` |`);
  expect(String(asking.stdout)).toContain("asks another stack");
  expect(await up(outer)).toMatch(/asked for 2026\.1101\.1, until .*: the stack that moves stable carries it out/);

  const preview = await inner.run("preview", ["--markdown"]);
  expect(preview.exitCode, String(preview.all)).toBe(0);
  expect(String(preview.stdout)).toContain("carries out the request of `imagefleet/outer`");
  expect(await pointed()).toEqual([undefined, undefined]);
  await up(inner);
  expect(await pointed()).toEqual([first, first]);
  expect(await answer()).toMatchObject({ outcome: "carried out", version: first, stack: "imagefleet/inner", lagging: [] });

  expect(await up(outer)).toMatch(/2026\.1101\.1: carried out by imagefleet\/inner on/);
  for (const stack of [outer, inner]) {
    const quiet = await stack.run("preview", ["--expect-no-changes"]);
    expect(quiet.exitCode, String(quiet.all)).toBe(0);
  }
});

test("a newer request takes the place of the former one, which counts no more when somebody puts it back", async () => {
  const old = await request();
  await ask(second);
  await up(outer);
  await up(inner);
  expect(await pointed()).toEqual([second, second]);

  const now = await request();
  await project.store.replaceDocument(requestDocument(place), old);
  expect(await up(inner)).toMatch(/stable stays at 2026\.1101\.2, although imagefleet\/outer asks: the request for 2026\.1101\.1 is of .*, and one of .* has been carried out since/);
  // Whoever can write to the store can take away its memory, and move its pointer: the state of the stack still knows.
  await project.store.removeDocument(answerDocument(place));
  const refused = await inner.up();
  expect(refused.exitCode, refused.text).not.toBe(0);
  expect(refused.text).toMatch(/move stable of tiny to 2026\.1101\.1 \(wave 1\).*the request for 2026\.1101\.1 is of .*has been carried out since; nothing was moved/s);
  expect(await answer()).toMatchObject({ outcome: "failed" });
  const drift = await outer.run("drift");
  expect([drift.exitCode, String(drift.all)]).toEqual([3, expect.stringContaining("the store has another request than this stack has written")]);
  await project.store.replaceDocument(requestDocument(place), now);
  await up(inner);
  expect(await pointed()).toEqual([second, second]);
});

test("what is not signed by who may, has no seal, or lies where another stack asks is refused by name; nothing moves", async () => {
  const good = await request();
  await ask(first, {}, "stranger");
  await up(outer);
  expect(await up(inner)).toMatch(/stable stays at 2026\.1101\.2, although imagefleet\/outer asks: unknown key: it is signed by/);
  expect(await answer()).toMatchObject({ outcome: "refused", why: expect.stringMatching(/unknown key/) as string });
  await ask(third);
  expect(await up(outer)).toContain("asked for");
  expect(await up(inner)).toContain(`although imagefleet/outer asks for ${third}: the release ${third} of tiny is not sealed as qcow2 (desk), qcow2 (edge)`);
  const drift = await outer.run("drift");
  expect([drift.exitCode, String(drift.all)]).toEqual([3, expect.stringMatching(/request\/stable\/tiny: incorrect: refused by imagefleet\/inner on .*is not sealed as qcow2/)]);
  await project.store.replaceDocument(requestDocument({ ...place, stack: "imagefleet/other" }), good);
  expect(await up(inner)).toContain("not sealed");
  expect(await pointed()).toEqual([second, second]);
});

test("a request that has expired is asked anew; without one the channel stays where it is", async () => {
  await ask(first, { promotion: { [channel]: { publish: "request", validFor: "1s" } } });
  await up(outer);
  expect(await up(inner)).toMatch(/stable stays at 2026\.1101\.2, although imagefleet\/outer asks: the request for 2026\.1101\.1 expired on/);
  expect((await outer.run("drift")).exitCode).toBe(3);
  await ask(first);
  await up(outer);
  await up(inner);
  expect(await pointed()).toEqual([first, first]);
  await ask(first, { channels: {}, promotion: {} });
  await up(outer);
  expect(await project.store.documents("requests")).toEqual([requestDocument({ ...place, stack: "imagefleet/other" })]);
  await up(inner);
  expect(await pointed()).toEqual([first, first]);
  expect(await answer()).toBeUndefined();
});
