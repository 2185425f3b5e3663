import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKey, readPrivateKey, type PrivateKey } from "openpgp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { approvalProblem } from "#providers/approval/check-approval";
import { requireApproval } from "#providers/approval/require-approval";
import { signApproval } from "#providers/approval/sign-approval";
import { approvalFile } from "#providers/approval/statement";

const promotion = { channel: "stable", image: "debian-12", version: "2026.1101.2", sha256: "ab".repeat(32) };
const future = "2099-01-01T00:00:00Z";
const config = { path: "approvals", keys: ["manager.asc"] };

let dir: string;
let manager: PrivateKey;
let stranger: PrivateKey;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-approval-"));
  vi.spyOn(process, "cwd").mockReturnValue(dir);
  manager = await newKey();
  stranger = await newKey();
  await writeFile(join(dir, "manager.asc"), manager.toPublic().armor());
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(dir, { recursive: true, force: true });
});

async function newKey(): Promise<PrivateKey> {
  return readPrivateKey({ armoredKey: (await generateKey({ userIDs: [{ name: "someone" }], format: "armored" })).privateKey });
}

const problem = (of = promotion) => approvalProblem(of, config, "promote");
const sign = (more: object = {}, key = manager) => signApproval({ schemaVersion: 1, ...promotion, expires: future, ...more }, config, key);

test("without a file there is no approval, and the message says how to give it", async () => {
  await rm(join(dir, "approvals"), { recursive: true, force: true });
  await expect(requireApproval(promotion, config, "move stable")).rejects.toThrow(/cannot move stable: there is no approval approvals\/stable\/debian-12@2026.1101.2.asc; nothing was moved\n.*npm run approve -- stable debian-12 --version 2026.1101.2/);
});

test("a release that one of the keys has approved may go to the channel", async () => {
  expect(await sign()).toBe("approvals/stable/debian-12@2026.1101.2.asc");
  expect(await problem()).toBeUndefined();
  expect(await readFile(approvalFile(config, promotion), "utf8")).toContain('"version": "2026.1101.2"');
});

test("other bytes, an expired approval and a stranger's are refused", async () => {
  await sign();
  expect(await problem({ ...promotion, sha256: "cd".repeat(32) })).toMatch(/approves the sha256 abab/);
  await sign({ expires: "2026-01-01T00:00:00Z" });
  expect(await problem()).toMatch(/expired on 2026-01-01/);
  await sign({}, stranger);
  expect(await problem()).toMatch(/does not count: /);
});

test("an approval of another channel, copied over, is refused, and so is one that was edited", async () => {
  await sign({ channel: "candidate" });
  await mkdir(join(dir, "approvals/stable"), { recursive: true });
  const text = await readFile(join(dir, "approvals/candidate/debian-12@2026.1101.2.asc"), "utf8");
  await writeFile(approvalFile(config, promotion), text);
  expect(await problem()).toMatch(/approves the channel candidate, not stable/);
  await writeFile(approvalFile(config, promotion), text.replace('"candidate"', '"stable"'));
  expect(await problem()).toMatch(/does not count: /);
  await writeFile(approvalFile(config, promotion), "approved!");
  expect(await problem()).toMatch(/it is no clear-signed text/);
});

test("where nobody may approve, nothing is approved", async () => {
  await sign();
  expect(await approvalProblem(promotion, { ...config, keys: [] }, "promote")).toBe("no key is configured that may approve");
});
