import { block, code, details, lines, table, text } from "./markdown-text.ts";
import { deeds, isRefused, type Exposure, type Review } from "./review.ts";
import { count } from "./words.ts";

/** One line that says it all, and whether it may be merged. */
export function headline(review: Review): string {
  const { stack, complete, errors, keys, policies, notLookedAt } = review;
  const breaches = policies.filter(({ breach }) => breach).length;
  const refused = [
    ...(breaches > 0 ? [count(breaches, "policy breach", "policy breaches")] : []),
    ...(keys.length > 0 ? [`${count(keys.length, "build key")} not as in fleet.lock.json`] : []),
    ...((!complete || errors.length > 0) && breaches === 0 ? ["the preview failed"] : []),
  ];
  const blind = notLookedAt.length > 0 ? `; ${count(notLookedAt.length, "place")} not looked at` : "";
  return `### ${isRefused(review) ? "❌" : "✅"} imagefleet ${code(stack)}: ${[...refused, whatHappens(review)].filter(Boolean).join("; ")}${blind}`;
}

function whatHappens(review: Review): string {
  const total = (deed: (typeof deeds)[number]) => review.releases.flatMap(({ sites }) => Object.values(sites)).reduce((sum, site) => sum + (site.deeds[deed] ?? 0), 0);
  const registered = deeds.filter((deed) => deed !== "unchanged").flatMap((deed) => (total(deed) > 0 ? [`${total(deed)} to ${deed}`] : []));
  const moving = review.channels.filter(({ asks, waits }) => asks === undefined && waits === undefined);
  const asked = review.channels.filter(({ asks }) => asks !== undefined);
  const parts = [
    ...(review.builds.length > 0 ? [count(review.builds.length, "build")] : []), ...registered,
    ...(moving.length > 0 ? [`${count(moving.length, "channel")} to move`] : []),
    ...(asked.length > 0 ? [`${count(asked.length, "channel")} asked for`] : []),
  ];
  if (parts.length > 0) return parts.join(", ");
  return review.complete ? "nothing to do" : "";
}

/** What nobody should overlook, before everything else. */
export function warnings(review: Review, rows: number): string[] {
  return [publicNow(review), failure(review), policies(review, rows), keys(review, rows)].filter(Boolean);
}

function publicNow({ exposures, notLookedAt }: Review): string {
  const open = exposures.filter((exposure) => exposure.public && exposure.change === "may use it");
  const said = [
    ...[...Map.groupBy(open, ({ place, image }) => `${place} ${image}`).values()].map((all) => `> ${publicLine(all)}`),
    ...notLookedAt.filter((lost) => lost.public).map(({ place }) => `> **${code(place)} is public by its configuration** and was not looked at: whatever is registered there anybody may use.`),
  ];
  return said.length === 0 ? "" : ["> ⚠️ **PUBLIC**", ...said].join("\n>\n");
}

function publicLine(open: readonly Exposure[]): string {
  const { place, image, asBefore } = open[0]!;
  const versions = [...new Set(open.map(({ version }) => code(version)))].join(", ");
  return `**Anybody may use ${code(image)} ${versions} on ${code(place)}**${asBefore ? ", as former releases there" : ", which nobody else could before"}.`;
}

function failure({ complete, errors, policies }: Review): string {
  if (complete && errors.length === 0) return "";
  const own = errors.filter((error) => !/policy|policies/i.test(error) || !policies.some(({ breach }) => breach));
  const longest = 3000;
  return own.length === 0 ? "" : `**The preview failed**\n\n${block(own.map((error) => (error.length > longest ? `${error.slice(0, longest)} …` : error)).slice(0, 10).join("\n"))}`;
}

/** What forbids the change is seen at once; advice, which every release repeats, is folded. */
function policies({ policies: findings }: Review, rows: number): string {
  const [breaches, advice] = [true, false].map((breach) => findings.filter((finding) => finding.breach === breach));
  return [
    breaches!.length === 0 ? "" : `#### Policy\n\n${policyTable(breaches!, rows)}`,
    advice!.length === 0 || rows === 0 ? "" : details(`Policy: ${count(advice!.length, "piece of advice", "pieces of advice")}`, policyTable(advice!, rows)),
  ].filter(Boolean).join("\n\n");
}

function policyTable(findings: Review["policies"], rows: number): string {
  const found = findings.slice(0, rows).map(({ level, policy, resource, message, breach }) => [breach ? `**${text(level)}**` : text(level), code(policy), resource === undefined ? "the stack" : code(resource), lines(shortened(message))]);
  return `${table(["", "policy", "where", "finding"], found)}${more(findings.length, rows)}`;
}

function shortened(message: string): string {
  return message.length > 500 ? `${message.slice(0, 500)} …` : message;
}

function keys({ keys: changed, stack }: Review, rows: number): string {
  if (changed.length === 0) return "";
  const short = (key: string | undefined) => (key === undefined ? "none" : code(key.slice(0, 12)));
  const found = changed.slice(0, rows).map(({ image, locked, now, inputs }) => [code(image), short(locked), short(now), reasons(inputs)]);
  return `#### Build keys that are not those of fleet.lock.json\n\n${table(["image", "locked", "now", "because"], found)}${more(changed.length, rows)}\n\nIf they should change, run \`npm run lock -- --stack ${stack}\` and commit \`fleet.lock.json\` with the change.`;
}

/** What changed, with the kinds that may have many names cut short. */
export function reasons(all: readonly string[]): string {
  const most = 8;
  const cut = all.length > most ? ` and ${all.length - most} more` : "";
  return all.slice(0, most).map(text).join("<br>") + cut;
}

export function more(all: number, rows: number): string {
  return all > rows ? `\n\n… and ${all - rows} more` : "";
}
