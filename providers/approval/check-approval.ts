import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readCleartextMessage, verify, type Key } from "openpgp";
import type { ApprovalConfig } from "#model/config/types";
import { ifPresent } from "#store/errors";
import { publicKeys } from "#providers/seal/trusted-keys";
import { projectDir } from "#providers/shared/project";
import { approvalFile, approvalPath, parseApproval, type Approval, type Promotion } from "#providers/approval/statement";

const compared = ["channel", "image", "version", "sha256"] as const;

/**
 * Why a promotion is not approved; undefined where it is. Needs no network: a file, and the keys of those who may approve.
 * @throws FleetError where a key file cannot be read
 */
export async function approvalProblem(promotion: Promotion, config: ApprovalConfig, action: string): Promise<string | undefined> {
  const path = approvalPath(config, promotion);
  const text = await ifPresent(readFile(approvalFile(config, promotion), "utf8"));
  if (text === undefined) return `there is no approval ${path}`;
  if (config.keys.length === 0) return "no key is configured that may approve";
  const keys = (await Promise.all(config.keys.map((file) => publicKeys(resolve(projectDir(), file), action)))).flat();
  const signed = await signedText(text, keys);
  if ("problem" in signed) return `${path} does not count: ${signed.problem}`;
  const approval = parseApproval(signed.text);
  return approval ? mismatch(path, approval, promotion) : `${path} is signed, but is no approval`;
}

function mismatch(path: string, approval: Approval, promotion: Promotion): string | undefined {
  const other = compared.find((name) => approval[name] !== promotion[name]);
  if (other) return `${path} approves the ${other} ${approval[other]}, not ${promotion[other]}`;
  return Date.parse(approval.expires) <= Date.now() ? `${path} expired on ${approval.expires.slice(0, 10)}` : undefined;
}

/** What one of the keys has signed: the text that is returned is the very text that was verified. */
async function signedText(armored: string, keys: Key[]): Promise<{ text: string } | { problem: string }> {
  const message = await readCleartextMessage({ cleartextMessage: armored }).catch(() => undefined);
  if (!message) return { problem: "it is no clear-signed text" };
  const { signatures, data } = await verify({ message, verificationKeys: keys });
  const verdicts = await Promise.all(signatures.map(({ verified }) => verified.then(() => undefined, (error: Error) => error.message)));
  if (verdicts.includes(undefined)) return { text: data };
  return { problem: verdicts[0] ?? "nobody has signed it" };
}
