import type { FleetConfig } from "#model/config/types";
import type { Store } from "#store/store";
import { channelDocument } from "#providers/channel-flip/document";
import type { FlipInputs } from "#providers/channel-flip/inputs";
import { begunMove } from "#providers/channel-flip/journal";
import { faultsText, leftOut, silent, storePlace, unknownChannel, type PlaceFault } from "#providers/channel-flip/look-text";
import { onEach } from "#providers/channel-flip/move-sites";
import { pointedText, pointsAt } from "#providers/channel-flip/pointed";
import { flipSites } from "#providers/channel-flip/targets";

/**
 * Where the sites of a wave point now, compared with where they should; `faultsIn` takes the text apart.
 * @param away Sites that the run leaves out, since they did not answer: they are not asked.
 * @returns `correct`, `missing`, `incorrect: ...` or `unreachable: ...`.
 */
export async function look(config: FleetConfig, store: Store, inputs: FlipInputs, away: readonly string[] = []): Promise<string> {
  const required = inputs.sites.filter((name) => !inputs.bestEffort.includes(name));
  const wrong: PlaceFault[] = [];
  let nowhere = 0;
  const sites = await flipSites(config, inputs, required.filter((name) => !away.includes(name)));
  const failed = await onEach(sites, async ({ target, pointers }) => {
    const found = await pointers.read(target);
    if (pointsAt(found, inputs.version)) return;
    if (!found.mixed && found.version === undefined) nowhere += 1;
    wrong.push({ place: target.site.name, what: `points at ${pointedText(found)}` });
  });
  wrong.push(...(await documentFault(store, inputs)));
  const begun = await begunMove(inputs);
  if (begun !== undefined) wrong.push({ place: "this machine", what: `began a move to ${begun} and did not end it` });
  const unknown = [...required.filter((name) => away.includes(name)).map((place) => ({ place, what: leftOut })), ...failed.map(({ site, cause }) => ({ place: site.target.site.name, what: `${silent}: ${cause}` }))];
  if (nowhere > 0 && nowhere === required.length) return "missing";
  if (wrong.length > 0) return `incorrect: ${faultsText([...wrong, ...unknown])}`;
  return unknown.length > 0 ? `unreachable: ${faultsText(unknown)}` : "correct";
}

async function documentFault(store: Store, inputs: FlipInputs): Promise<PlaceFault[]> {
  if (!inputs.last) return [];
  const says = (what: string) => [{ place: storePlace, what }];
  const found = await channelDocument(store, inputs);
  if (!found) return says(unknownChannel);
  if (found.stack !== inputs.stack) return says(`says that it belongs to ${found.stack}`);
  if (found.version !== inputs.version) return says(`says that it points at ${found.version}`);
  return found.sha256 === inputs.sha256 ? [] : says(`says that ${found.version} has another disk, SHA-256 ${found.sha256}`);
}
