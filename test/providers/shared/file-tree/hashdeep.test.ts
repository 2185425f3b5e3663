import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeHashdeep } from "#providers/shared/file-tree/hashdeep";
import { fill, makeImages, run, withTree, type ImageFixture } from "./image-fixture.ts";

let images: ImageFixture;

beforeAll(async () => {
  images = await makeImages();
  await fill(images.source);
  await writeFile(join(images.source, "etc/with, comma"), "comma");
  await writeFile(join(images.source, "etc/two\nlines"), "");
});

afterAll(() => images.remove());

test("writes a list that hashdeep accepts for the image's files, and by which it finds what was changed and added", async () => {
  const list = join(images.dir, "files.hashdeep");
  const count = await withTree(images.ext("image", ["-t", "ext4"]), (tree) => writeHashdeep(tree, list));
  const text = await readFile(list, "latin1");
  expect(text.split("\n").filter((line) => line !== "" && !/^[%#]/.test(line))).toHaveLength(count);
  expect(text).toContain('## not in the list, for its name: "/etc/two\\nlines"');
  await rm(join(images.source, "etc/two\nlines"));
  const audit = () => {
    const args = ["-a", "-vv", "-k", list, "-r", "-l", "-o", "f", "."];
    try { return run("env", ["-C", images.source, "hashdeep", ...args]); } catch (error) { return String((error as { stdout: string }).stdout); }
  };
  expect(audit()).toContain("Audit passed");
  await appendFile(join(images.source, "etc/passwd"), "evil:x:0:0::/:/bin/sh\n");
  await writeFile(join(images.source, "etc/new"), "new");
  expect(audit()).toMatch(/etc\/new: No match[^]*Audit failed/);
});

test("stops when it is told to", async () => {
  const list = join(images.dir, "never");
  await withTree(images.ext("stopped", ["-t", "ext4"]), async (tree) => expect(writeHashdeep(tree, list, AbortSignal.abort())).rejects.toThrow("abort"));
});
