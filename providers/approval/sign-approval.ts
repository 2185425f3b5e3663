import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createCleartextMessage, sign, type PrivateKey } from "openpgp";
import type { ApprovalConfig } from "#model/config/types";
import { approvalFile, approvalPath, approvalText, type Approval } from "#providers/approval/statement";

/** Signs an approval in the clear, so that who reviews it can read it, and writes it. @returns its path, as messages name it */
export async function signApproval(approval: Approval, config: Pick<ApprovalConfig, "path">, key: PrivateKey): Promise<string> {
  const message = await createCleartextMessage({ text: approvalText(approval) });
  const armored = await sign({ message, signingKeys: key });
  const file = approvalFile(config, approval);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, armored);
  return approvalPath(config, approval);
}
