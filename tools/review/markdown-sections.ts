import prettyBytes from "pretty-bytes";
import { stacksOf } from "#model/promoted";
import { releaseName } from "#model/release";
import { more, reasons } from "./markdown-head.ts";
import { code, details, table, text } from "./markdown-text.ts";
import { deeds, type ReleaseReview, type Review, type SiteReview } from "./review.ts";
import { count, duration } from "./words.ts";

/** A table with more columns cannot be read in a comment. */
const columns = 7;

/** Images by sites. */
export function releases({ releases: all }: Review, rows: number): string {
  const moving = all.filter(isMoving);
  return moving.length === 0 ? "" : `#### What happens where\n\n${bySite(moving.slice(0, rows))}${more(moving.length, rows)}`;
}

/** Nothing happens to them, and everything was looked at. */
export function unchanged({ releases: all }: Review, rows: number): string {
  const still = all.filter((release) => !isMoving(release) && Object.keys(release.sites).length > 0);
  return still.length === 0 || rows === 0 ? "" : details(`Unchanged: ${count(still.length, "release")}`, bySite(still.slice(0, rows)) + more(still.length, rows));
}

function isMoving({ sites }: ReleaseReview): boolean {
  return Object.values(sites).some((site) => deeds.some((deed) => deed !== "unchanged" && site.deeds[deed] !== undefined));
}

function bySite(all: readonly ReleaseReview[]): string {
  const sites = [...new Set(all.flatMap((release) => Object.keys(release.sites)))].sort();
  if (sites.length <= columns) return table(["image", "version", ...sites.map(code)], all.map(({ image, version, sites: own }) => [code(image), code(version), ...sites.map((site) => cell(own[site]))]));
  return table(["image", "version", "sites"], all.map(({ image, version, sites: own }) => [code(image), code(version), grouped(own)]));
}

function cell(site: SiteReview | undefined): string {
  if (!site) return "";
  const known = deeds.filter((deed) => site.deeds[deed] !== undefined);
  const words = known.map((deed) => `${deed === "unchanged" ? deed : `**${deed}**`}${site.deeds[deed]! > 1 ? ` ${site.deeds[deed]}` : ""}`);
  const lost = site.notLookedAt.length === 0 ? [] : [known.length === 0 ? "*not looked at*" : `*${count(site.notLookedAt.length, "place")} not looked at*`];
  return [...words, ...lost].join(", ");
}

/** `**register** on a, b, c; unchanged on d` */
function grouped(own: ReleaseReview["sites"]): string {
  const same = Map.groupBy(Object.entries(own), ([, site]) => cell(site));
  return [...same].map(([what, sites]) => `${what} on ${sites.map(([site]) => code(site)).join(", ")}`).join("; ");
}

export function builds({ builds: all }: Review, rows: number): string {
  if (all.length === 0) return "";
  const known = all.flatMap(({ expected }) => expected ?? []);
  const sum = known.reduce((seconds, one) => seconds + one.seconds, 0);
  const total = known.length > 1 ? `\n\nAbout ${duration(sum)}${known.length < all.length ? ` for ${known.length} of ${all.length}` : ""} one after another; they run side by side as cores and memory allow.` : "";
  const lines = all.slice(0, rows).map(({ image, version, reasons: why, expected }) => [
    code(image), code(version), reasons(why),
    expected ? `${duration(expected.seconds)} (build ${duration(expected.parts.build)}, gates ${duration(expected.parts.gates)}, formats ${duration(expected.parts.formats)}; from ${count(expected.builds, "build")} by ${expected.accelerator})` : "not known: no former build",
  ]);
  return `#### What is built, and why\n\n${table(["image", "version", "because", "expected"], lines)}${more(all.length, rows)}${total}`;
}

export function revoked({ revoked: all }: Review, rows: number): string {
  if (all.length === 0) return "";
  return `#### Revoked\n\n${table(["release", "why"], all.slice(0, rows).map(({ image, version, why }) => [code(`${image}@${version}`), text(why)]))}${more(all.length, rows)}`;
}

export function kept({ kept: all }: Review, rows: number): string {
  if (all.length === 0 || rows === 0) return "";
  const lines = all.slice(0, rows).map(({ image, version, why }) => [code(`${image}@${version}`), why.map(text).join("<br>")]);
  return details(`Kept besides the current ones: ${count(all.length, "release")}`, table(["release", "because"], lines) + more(all.length, rows));
}

/** A promotion moves on what others have tried. */
export function promoted({ promoted: all }: Review, rows: number): string {
  if (all.length === 0) return "";
  const lines = all.slice(0, rows).map((one) => [code(releaseName(one)), text(stacksOf(one)), code(one.sha256)]);
  return `#### The same bytes as in other stacks\n\n${table(["release", "as in", "sha256 of its disk"], lines)}${more(all.length, rows)}`;
}

export function channels({ channels: all }: Review, rows: number): string {
  if (all.length === 0) return "";
  const nowhere = "*nowhere*";
  const lines = all.slice(0, rows).map(({ channel, image, from, to, via, insteadOf, requestOf, waits, asks, waves, approval }) => [
    code(channel), code(image), `${from === undefined ? nowhere : code(from)} → ${to === undefined ? nowhere : code(to)}`,
    insteadOf ? `${code(insteadOf.from)} is revoked: ${text(insteadOf.reason)}` : requestOf === undefined ? via.map(code).join(" → ") : `carries out the request of ${code(requestOf)}`,
    [...waves.map(({ wave, ...one }) => `${waves.length > 1 ? `${wave}. ` : ""}${waveText(one)}`), ...(waits === undefined ? [] : [`stays: ${text(waits)}`]), ...(asks === undefined ? [] : [`asks another stack${from === to ? `: ${text(asks)}` : ""}`]),
      ...(waves.length === 0 && to !== undefined && asks === undefined && from !== to ? ["waits for what was not looked at"] : []), ...(approval ? ["needs an approval"] : [])].join("<br>"),
  ]);
  return `#### Channels\n\n${table(["channel", "image", "from → to", "because", "waves"], lines)}${more(all.length, rows)}`;
}

function waveText({ sites, bestEffort, pause }: Omit<Review["channels"][number]["waves"][number], "wave">): string {
  return [...sites.map(code), ...bestEffort.map((site) => `${code(site)} (best effort)`)].join(", ") + (pause > 0 ? ` after ${duration(pause)}` : "");
}

/** What changes; that a new release is shared as its former ones is no change. */
export function shares({ exposures }: Review, rows: number): string {
  return shareTable("Shares and visibility", exposures.filter(({ asBefore }) => !asBefore), rows);
}

export function sameShares({ exposures }: Review, rows: number): string {
  const same = exposures.filter(({ asBefore }) => asBefore);
  return same.length === 0 || rows === 0 ? "" : details(`Shared as former releases are: ${count(same.length, "share")}`, shareTable("", same, rows));
}

function shareTable(title: string, all: Review["exposures"], rows: number): string {
  if (all.length === 0) return "";
  const lines = all.slice(0, rows).map(({ who, change, image, version, place, public: open }) => [open ? `⚠️ **${text(who)}**` : code(who), change, code(`${image}@${version}`), code(place)]);
  return `${title && `#### ${title}\n\n`}${table(["who", "", "release", "where"], lines)}${more(all.length, rows)}`;
}

export function removals({ removals: all }: Review, rows: number): string {
  if (all.length === 0) return "";
  const lines = all.slice(0, rows).map(({ image, version, places, why }) => [code(`${image}@${version}`), places.map(code).join(", "), text(why)]);
  return `#### What is removed, and why\n\n${table(["release", "from", "because"], lines)}${more(all.length, rows)}\n\nThe store keeps these releases.`;
}

/** Of what is to be sent. */
export function artifacts({ releases: all }: Review, rows: number): string {
  const sent = all.filter(({ sites }) => Object.values(sites).some(({ deeds: own }) => own.register ?? own.replace));
  const lines = sent.flatMap(({ image, version, artifacts: own }) => own.map(({ format, bytes, as }) => ({ bytes: bytes ?? 0, row: [code(`${image}@${version}`), format, bytes === undefined ? "not known yet" : `${as === undefined ? "" : "about "}${prettyBytes(bytes, { binary: true })}`, as === undefined ? "" : `as ${code(as)}`] })));
  if (lines.length === 0 || rows === 0) return "";
  const sum = prettyBytes(lines.reduce((total, { bytes }) => total + bytes, 0), { binary: true });
  return details(`Sizes: ${count(lines.length, "artifact")}, ${sum}`, table(["release", "format", "size", ""], lines.slice(0, rows).map(({ row }) => row)) + more(lines.length, rows));
}

export function changes({ changes: all }: Review, rows: number): string {
  if (all.length === 0 || rows === 0) return "";
  const lines = all.slice(0, rows).map(({ name, deed, what }) => [code(name), deed, text(what)]);
  return details(`Changes and repairs: ${count(all.length, "resource")}`, table(["resource", "", "what"], lines) + more(all.length, rows));
}

export function notLookedAt({ notLookedAt: lost }: Review, rows: number): string {
  if (lost.length === 0) return "";
  const lines = lost.slice(0, rows).map(({ place, cause, hint }) => [code(place), text(cause), text(hint ?? "")]);
  const names = lost.slice(0, 12).map(({ place }) => code(place)).join(", ") + (lost.length > 12 ? ` and ${lost.length - 12} more` : "");
  return `**Not looked at:** ${names}. What would happen there, and who may use it, is not part of this preview.\n\n${details("Why", table(["place", "cause", "what to do"], lines) + more(lost.length, rows))}`;
}
