import { siteOf } from "#model/places";
import { states, type Finding } from "./findings.ts";
import { drifted, verdict, type Drift } from "./report.ts";

/** For a chat, an issue or a job's summary: the result, releases by sites, then what is wrong, one line each. */
export function driftMarkdown(drift: Drift): string {
  const { findings, unreachable, repaired = [] } = drift;
  const wrong = findings.filter(({ state }) => state !== "correct");
  return [
    `### Drift of \`${drift.stack}\`: ${wrong.some(drifted) ? "found" : "none"}`,
    `${escape(verdict(drift))}. Looked at ${drift.at}.`,
    table(drift),
    list("Not as it should be", wrong.map(({ name, state, what }) => `\`${name}\`: **${state}**${what ? `: ${escape(what)}` : ""}`)),
    list("Repaired", repaired.map((name) => `\`${name}\``)),
    list("Not looked at", unreachable.map(({ place, cause, hint }) => `\`${place}\`: ${escape(cause)}${hint === undefined ? "" : `; ${escape(hint)}`}`)),
  ].filter(Boolean).join("\n\n") + "\n";
}

function table({ findings, unreachable }: Drift): string {
  const registered = findings.filter(({ image }) => image !== undefined);
  if (registered.length === 0) return "";
  const sites = [...new Set([...registered, ...unreachable].map(({ place }) => siteOf(place)))].sort();
  const rows = [...Map.groupBy(registered, ({ image, version }) => `${image} ${version}`)].map(([release, own]) => [`\`${release}\``, ...sites.map((site) => cell(own.filter(({ place }) => siteOf(place) === site)))]);
  return [["release", ...sites.map((site) => `\`${site}\``)], ["", ...sites].map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The worst that was found. */
function cell(own: readonly Finding[]): string {
  const worst = states.findLast((state) => own.some((finding) => finding.state === state));
  return worst === undefined ? "" : worst === "correct" ? worst : `**${worst}**`;
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [`**${title}**`, "", ...lines.map((line) => `- ${line}`)].join("\n");
}

/** What servers say is text, whatever it looks like. */
function escape(text: string): string {
  return text.replace(/[\\<>|*_[\]]/g, (mark) => `\\${mark}`).replaceAll("\n", " ");
}
