import { join, resolve } from "node:path";
import { z } from "zod";
import type { ApprovalConfig } from "#model/config/types";
import { projectDir } from "#providers/shared/project";

/** A promotion that is approved: those bytes, in that channel, until then. */
const schema = z.strictObject({
  schemaVersion: z.literal(1),
  channel: z.string(),
  image: z.string(),
  version: z.string(),
  /** Of the disk that was built. */
  sha256: z.string(),
  /** RFC 3339, UTC. */
  expires: z.iso.datetime(),
});

export type Approval = z.infer<typeof schema>;

/** What must be approved. */
export type Promotion = Pick<Approval, "channel" | "image" | "version" | "sha256">;

/** `approvals/stable/debian-12@2026.1101.2.asc`, as messages name it. */
export function approvalPath({ path }: Pick<ApprovalConfig, "path">, { channel, image, version }: Omit<Promotion, "sha256">): string {
  return join(path, channel, `${image}@${version}.asc`);
}

/** The same, where it is on this machine. */
export function approvalFile(config: Pick<ApprovalConfig, "path">, promotion: Omit<Promotion, "sha256">): string {
  return resolve(projectDir(), approvalPath(config, promotion));
}

export function approvalText(approval: Approval): string {
  return `${JSON.stringify(approval, null, 2)}\n`;
}

/** @returns undefined for what is no approval. */
export function parseApproval(text: string): Approval | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
