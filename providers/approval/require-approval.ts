import type { ApprovalConfig } from "#model/config/types";
import { FleetError } from "#model/errors";
import { approvalProblem } from "#providers/approval/check-approval";
import type { Promotion } from "#providers/approval/statement";

/** @throws FleetError unless one of those who may has signed that this very release goes to this channel, and until when */
export async function requireApproval(promotion: Promotion, config: ApprovalConfig, action: string): Promise<void> {
  const problem = await approvalProblem(promotion, config, action);
  if (problem === undefined) return;
  throw new FleetError({ action, cause: `${problem}; nothing was moved`, hint: approveHint(promotion) });
}

/** The command by which one who may approves a promotion. */
export function approveHint({ channel, image, version }: Omit<Promotion, "sha256">): string {
  return `let one of those whose keys are in imagefleet:approvals.keys run: npm run approve -- ${channel} ${image} --version ${version}`;
}
