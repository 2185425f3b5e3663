import type { Step } from "./preview-log.ts";
import type { ChannelMove } from "./review.ts";

/** Channels that point somewhere else afterwards, from `channel/<channel>/<image>/wave-<n>`. */
export function channelMoves(steps: readonly Step[]): ChannelMove[] {
  const flips = steps.flatMap((step) => {
    const [, channel, image, wave] = /^channel\/([^/]+)\/([^/]+)\/wave-(\d+)$/.exec(step.name) ?? [];
    return channel === undefined ? [] : [{ step, channel, image: image!, wave: Number(wave) }];
  });
  return [...Map.groupBy(flips, ({ channel, image }) => `${channel} ${image}`).values()].flatMap((waves): ChannelMove[] => {
    const { channel, image } = waves[0]!;
    const [from, to] = [versionIn(waves.map(({ step }) => step.before)), versionIn(waves.map(({ step }) => step.after))];
    if (waves.every(({ step }) => step.op === "same") || (from === to && waves.every(({ step: { op } }) => op !== "update"))) return [];
    const moving = waves.filter(({ step }) => step.after !== undefined).sort((a, b) => a.wave - b.wave);
    return [{
      channel, image, ...(from !== undefined && { from }), ...(to !== undefined && { to }), approval: moving.some(({ step }) => step.after?.["approval"] === true),
      waves: moving.map(({ wave, step: { after } }) => ({ wave, sites: names(after?.["sites"]), bestEffort: names(after?.["bestEffort"]), pause: Number(after?.["pause"] ?? 0) })),
    }];
  });
}

function versionIn(inputs: readonly Step["before"][]): string | undefined {
  return inputs.map((values) => values?.["version"]).find((version) => typeof version === "string");
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
