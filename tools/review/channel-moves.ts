import type { PlanFacts } from "#fleet/write-plan";
import { requested } from "#model/config/channel-schema";
import type { Step } from "./preview-log.ts";
import type { ChannelMove } from "./review.ts";

/**
 * Channels that point somewhere else afterwards: as the plan says, with the waves of `channel/<channel>/<image>/wave-<n>`; where a site
 * that was not looked at holds them back, without; and those that the configuration has no more.
 */
export function channelMoves(steps: readonly Step[], planned: PlanFacts["channels"], waiting: PlanFacts["waiting"] = []): ChannelMove[] {
  const flips = Map.groupBy(steps.flatMap(flipOf), ({ channel, image }) => `${channel} ${image}`);
  const moving = planned.flatMap(({ channel, image, version: to, pointed: from, via, revokedFallback, request, refused: waits, asks }): ChannelMove[] => {
    const own = flips.get(`${channel} ${image}`) ?? [];
    flips.delete(`${channel} ${image}`);
    const requestOf = request !== undefined && via[0] === requested ? via[1] : undefined;
    const words = { ...(requestOf !== undefined && { requestOf }), ...(waits !== undefined && { waits }), ...(asks !== undefined && { asks }) };
    if (from === to && waits === undefined && (asks === undefined || asks.startsWith("carried out")) && own.every(({ step }) => step.op === "same")) return [];
    return [{ channel, image, ...(from !== undefined && { from }), to, via, ...(revokedFallback && { insteadOf: revokedFallback }), ...words, ...wavesOf(own) }];
  });
  const idle = waiting.map(({ channel, image, refused }): ChannelMove => ({ channel, image, via: [], waits: refused ?? "no stack asks for a release", ...wavesOf([]) }));
  const left = [...flips.values()].flatMap((own): ChannelMove[] => {
    const { channel, image, step: { op, before } } = own[0]!;
    return op === "delete" ? [{ channel, image, ...(typeof before?.["version"] === "string" && { from: before["version"] }), via: [], ...wavesOf([]) }] : [];
  });
  return [...moving, ...idle, ...left].sort((a, b) => (`${a.channel} ${a.image}` < `${b.channel} ${b.image}` ? -1 : 1));
}

function flipOf(step: Step) {
  const [, channel, image, wave] = /^channel\/([^/]+)\/([^/]+)\/wave-(\d+)$/.exec(step.name) ?? [];
  return channel === undefined ? [] : [{ step, channel, image: image!, wave: Number(wave) }];
}

function wavesOf(flips: ReturnType<typeof flipOf>): Pick<ChannelMove, "waves" | "approval"> {
  const own = flips.filter(({ step }) => step.after !== undefined).sort((a, b) => a.wave - b.wave);
  return {
    waves: own.map(({ wave, step: { after } }) => ({ wave, sites: names(after?.["sites"]), bestEffort: names(after?.["bestEffort"]), pause: Number(after?.["pause"] ?? 0) })),
    approval: own.some(({ step }) => step.after?.["approval"] === true),
  };
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
