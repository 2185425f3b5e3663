import { requested } from "#model/config/channel-schema";
import { asks } from "#model/config/channel-targets";
import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import type { Given } from "#model/config/given";
import { settingPath } from "#model/config/setting-path";

/** Faults of channels that one stack asks for and another one moves. */
export function requestFaults(draft: Draft, given: Given): ConfigFault[] {
  return Object.entries(draft.channels).flatMap(([channel, images]) => {
    const first = Object.entries(images).find(([, target]) => target === requested)?.[0];
    return [...(first === undefined ? [] : carrierFaults(channel, first, draft, given)), ...(asks(channel, draft) ? ruleFaults(channel, draft) : [])];
  });
}

function carrierFaults(channel: string, image: string, draft: Draft, given: Given): ConfigFault[] {
  const path = settingPath(["channels", channel, image]);
  if (asks(channel, draft)) return [{ path, problem: `this stack asks for ${channel} itself: who asks cannot carry it out`, hint: `name a release, or remove ${settingPath(["promotion", channel, "publish"])}` }];
  if (draft.requests || given.near(["requests"])) return [];
  return [{ path, problem: "it is moved by requests, and nobody may ask", hint: `say who may: ${settingPath(["requests"])}: {from: [<project>/<stack>], keys: [<file>]}` }];
}

/** How a channel is moved is for the stack to say that moves it. */
function ruleFaults(channel: string, draft: Draft): ConfigFault[] {
  const rules = draft.promotion?.[channel] ?? {};
  return (["waves", "bestEffort", "approval"] as const).filter((name) => rules[name] !== undefined)
    .map((name) => ({ path: settingPath(["promotion", channel, name]), problem: `this stack only asks for ${channel}: how it is moved is said by the stack that carries it out`, hint: "set it there, and remove it here" }));
}
