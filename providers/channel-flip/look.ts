import type { FleetConfig } from "#model/config/types";
import type { Store } from "#store/store";
import { channelDocument } from "#providers/channel-flip/document";
import type { FlipInputs } from "#providers/channel-flip/inputs";
import { failuresText, onEach } from "#providers/channel-flip/move-sites";
import { pointedText, pointsAt } from "#providers/channel-flip/pointed";
import { flipSites } from "#providers/channel-flip/targets";
import { shortLine } from "#providers/shared/unreachable";

/** The state stays slim. */
/** Where the sites of a wave point now, compared with where they should. @returns `correct`, `missing`, `incorrect: ...` or `unreachable: ...`. */
export async function look(config: FleetConfig, store: Store, inputs: FlipInputs): Promise<string> {
  const required = inputs.sites.filter((name) => !inputs.bestEffort.includes(name));
  const wrong: string[] = [];
  let nowhere = 0;
  const sites = await flipSites(config, inputs, required);
  const silent = await onEach(sites, async ({ target, pointers }) => {
    const found = await pointers.read(target);
    if (pointsAt(found, inputs.version)) return;
    if (!found.mixed && found.version === undefined) nowhere += 1;
    wrong.push(`${target.site.name} points at ${pointedText(found)}`);
  });
  wrong.push(...(await documentFault(store, inputs)));
  if (nowhere > 0 && nowhere === sites.length) return "missing";
  if (wrong.length > 0) return shortLine(`incorrect: ${wrong.sort().join("; ")}`);
  return silent.length > 0 ? shortLine(`unreachable: ${failuresText(silent)}`) : "correct";
}

async function documentFault(store: Store, inputs: FlipInputs): Promise<string[]> {
  if (!inputs.last) return [];
  const found = await channelDocument(store, inputs);
  if (!found) return ["the store does not know the channel"];
  if (found.stack !== inputs.stack) return [`the store says that it belongs to ${found.stack}`];
  return found.version === inputs.version ? [] : [`the store says that it points at ${found.version}`];
}
