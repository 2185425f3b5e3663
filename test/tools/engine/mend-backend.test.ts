import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mendBackend } from "../../../tools/engine/mend-backend.ts";

test("what stands half-written beside a stack's state is removed, and nothing else", async () => {
  const backend = await mkdtemp(join(tmpdir(), "imagefleet-backend-"));
  const stacks = join(backend, "stacks", "imagefleet");
  expect(await mendBackend(stacks)).toEqual([]);
  await mkdir(stacks, { recursive: true });
  await Promise.all([["dev.json", ""], ["dev.json.attrs", ""], ["dev.json.bak.attrs", '{"user.con'], ["prod.json.attrs", '{"user.content_type":"application/json"}\n']].map(([name, text]) => writeFile(join(stacks, name!), text!)));
  expect(await mendBackend(stacks)).toHaveLength(2);
  expect((await readdir(stacks)).sort()).toEqual(["dev.json", "prod.json.attrs"]);
  await rm(backend, { recursive: true });
});
