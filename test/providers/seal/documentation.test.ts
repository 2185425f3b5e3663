import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { baseEnvironment, exec, type ExecResult } from "#providers/shared/exec";
import { makeSealedStore, type SealedFixture } from "./fixture.ts";
import { GnuPg } from "./gnupg.ts";

let fixture: SealedFixture;
let gpg: GnuPg;
beforeAll(async () => {
  fixture = await makeSealedStore();
  gpg = new GnuPg();
});
afterAll(async () => {
  await gpg.remove();
  await fixture.remove();
});

/** Runs one of the marked examples in docs/verify.md in the directory of a sealed format. */
async function example(name: string): Promise<ExecResult> {
  const text = await readFile(fileURLToPath(new URL("../../../docs/verify.md", import.meta.url)), "utf8");
  const script = new RegExp(`<!-- tested: ${name} -->\\n\`\`\`sh\\n(.*?)\`\`\``, "s").exec(text)?.[1];
  const key = join(fixture.dir, "public.asc");
  await writeFile(key, fixture.key.publicKey);
  const cwd = join(fixture.root, "images", fixture.id.image, fixture.id.version, "formats/qcow2");
  return exec("bash", ["-euc", script ?? "exit 3"], { cwd, env: { ...baseEnvironment(), GNUPGHOME: gpg.home, TMPDIR: fixture.dir, PUBLIC_KEY: key, LC_ALL: "C" }, timeoutMs: 60_000 });
}

test("what the documentation says of GnuPG and coreutils is true", { timeout: 120_000 }, async () => {
  const result = await example("gpg");
  expect(result.tail.join("\n")).toMatch(/Good signature from "test"/);
  expect(result).toMatchObject({ ok: true, stdout: expect.stringContaining("provenance.intoto.json: OK") });
});

test("what the documentation says of the statement's signature is true", { timeout: 120_000 }, async (context) => {
  const found = await exec("jq", ["--version"], { env: baseEnvironment() });
  context.skip(!found.ok, "jq is not installed");
  const result = await example("dsse");
  expect(result).toMatchObject({ ok: true, stdout: expect.stringContaining(`"https://slsa.dev/provenance/v1"`) });
});
