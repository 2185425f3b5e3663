import * as pulumi from "@pulumi/pulumi";
import type { ResolvedChannel } from "#model/channels";
import type { ImagePlan } from "#model/plan";

/** A reviewer reads beside the image why it will be built, where its channels point, and which releases are given up. */
export function explainPlan({ release, reasons, version, channels, dropped }: ImagePlan, image: pulumi.Resource): void {
  const say = (line: string) => void pulumi.log.info(line, image);
  if (!release) say(`will build ${version}: ${reasons.join("; ")}`);
  const told = pulumi.runtime.isDryRun() ? channels : channels.filter(({ pointed, version: now, asks, refused }) => pointed !== now || asks !== undefined || refused !== undefined);
  if (told.length > 0) say(told.map(describe).join("\n"));
  if (dropped.length > 0) say(dropped.map((drop) => `will remove ${drop.version} from its sites: ${drop.why}`).join("\n"));
}

/** `stable moves from 2026.1101.1 to 2026.1101.2 (candidate, latest)` */
function describe({ channel, version, via, pointed, revokedFallback, refused, asks }: ResolvedChannel): string {
  const moves = asks === undefined ? movement(channel, version, pointed) : pointed === version ? `${channel} at ${version} is asked for` : `${channel} at ${version} will be asked for`;
  const how = via.length === 1 && via[0] === version ? "" : ` (${via.join(", ")})`;
  const status = asks === undefined || pointed !== version ? "" : `: ${asks}`;
  return `${moves}${how}${revokedFallback ? `, since ${revokedFallback.from} is revoked: ${revokedFallback.reason}` : ""}${refused === undefined ? "" : `, although ${refused}`}${status}`;
}

function movement(channel: string, version: string, pointed: string | undefined): string {
  return pointed === version ? `${channel} stays at ${version}` : pointed === undefined ? `${channel} will point at ${version}` : `${channel} moves from ${pointed} to ${version}`;
}
