import type { ResolvedChannel } from "#model/channels";
import type { FleetConfig } from "#model/config/types";
import { releaseName } from "#model/release";
import { approvalProblem } from "#providers/approval/check-approval";
import { approveHint } from "#providers/approval/require-approval";
import type { Store } from "#store/store";

/** A line for each promotion that is to be approved before it can move, so that a reviewer sees it at the preview. */
export async function missingApprovals(config: FleetConfig, store: Store, channels: readonly ResolvedChannel[]): Promise<string[]> {
  const moving = channels.filter(({ channel, version, pointed }) => config.channels[channel]?.approval === true && version !== pointed);
  const lines = await Promise.all(moving.map(async ({ channel, image, version }) => {
    const build = await store.record({ image, version }, "build").catch(() => undefined);
    const promotion = { channel, image, version };
    const problem = build ? await approvalProblem({ ...promotion, sha256: build.disk.sha256 }, config.approvals, "look for approvals") : "the release is not built yet";
    return problem === undefined ? [] : [`${channel} waits for an approval of ${releaseName({ image, version })}: ${problem}\n  what to do: ${approveHint(promotion)}`];
  }));
  return lines.flat();
}
