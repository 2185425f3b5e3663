import { channelOrder, isPublicChannel } from "#model/config/channel-targets";
import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import type { Given } from "#model/config/given";
import { settingPath } from "#model/config/setting-path";

/** An approval that nobody can give would hold a channel for ever. */
export function approvalFaults(draft: Draft, given: Given): ConfigFault[] {
  if ((draft.approvals?.keys ?? []).length > 0 || given.near(["approvals", "keys"])) return [];
  const needing = channelOrder(draft).filter((channel) => draft.promotion?.[channel]?.approval ?? isPublicChannel(channel, draft));
  if (needing.length === 0) return [];
  const whose = needing.length === 1 ? `the channel ${needing[0]} needs` : `the channels ${needing.join(", ")} need`;
  return [{ path: settingPath(["approvals", "keys"]), problem: `${whose} approvals, and nobody may give them`, expected: "files with the public keys of those who may", hint: "gpg --armor --export <who may approve> > keys/release-managers.asc, and name that file there" }];
}
