import { isDeepStrictEqual } from "node:util";
import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import type { HookInput } from "#model/config/hooks-schema";
import { layersOf } from "#model/config/layers";
import { settingPath } from "#model/config/setting-path";
import { oneOf, wrongName } from "#model/config/wrong-name";

/** Faults of hooks: what they name, what is to be filled in, and commands that would run twice. */
export function hookFaults(draft: Draft): ConfigFault[] {
  const hooks = Object.entries(draft.hooks ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...hooks.flatMap(([name, hook]) => [...nameFaults(name, hook, draft), ...placeholderFaults(name, hook)]), ...repeated(hooks)];
}

function nameFaults(name: string, { after, images = [], channels, env, ssh }: HookInput, draft: Draft): ConfigFault[] {
  const unknown = (key: string, kind: string, names: readonly string[], valid: readonly string[]) =>
    names.flatMap((one, index) => (one === undefined || valid.includes(one) ? [] : [{ path: settingPath(["hooks", name, key, index]), ...wrongName(one, kind, valid) }]));
  return [
    ...unknown("images", "image", images, [...layersOf(draft).keys()]),
    ...(env && ssh ? [{ path: settingPath(["hooks", name, "env"]), problem: "another host does not get variables of this one", hint: "remove it; the program finds its secrets on that host" }] : []),
    ...(after === "publish" && channels
      ? [{ path: settingPath(["hooks", name, "channels"]), problem: "a release that is published is in no channel yet", hint: "remove it, or set after: promotion" }]
      : unknown("channels", "channel", channels ?? [], Object.keys(draft.channels))),
  ];
}

function placeholderFaults(name: string, { after, run = [] }: HookInput): ConfigFault[] {
  const valid = ["{image}", "{version}", "{sha256}", ...(after === "publish" ? [] : ["{channel}"])];
  return (run as readonly (string | undefined)[]).flatMap((part, index) => {
    const wrong = (part?.match(/\{[a-z]\w*\}/gi) ?? []).find((placeholder) => !valid.includes(placeholder));
    return wrong === undefined ? [] : [{ path: settingPath(["hooks", name, "run", index]), problem: `nothing stands for ${wrong}`, expected: oneOf(valid) }];
  });
}

function repeated(hooks: readonly (readonly [string, HookInput])[]): ConfigFault[] {
  return hooks.flatMap(([name, hook], index) => {
    const [same] = hooks.slice(0, index).find(([, other]) => isDeepStrictEqual(other, hook)) ?? [];
    return same === undefined ? [] : [{ path: settingPath(["hooks", name]), problem: `it is the hook ${same} once more`, hint: "remove one of them" }];
  });
}
