import { code, table, text } from "../review/markdown-text.ts";
import { titleOf } from "./findings.ts";
import { drifted, leftText, verdict, type Drift } from "./report.ts";
import { channelTable, releaseTable, type DriftTable } from "./tables.ts";

/** A comment of GitHub takes 65,536 characters, and nobody reads so many. */
const mostLines = 100;

/** For a chat, an issue or a job's summary: the result, releases and channels by sites, then what is wrong, one line each. */
export function driftMarkdown(drift: Drift): string {
  const { findings, unreachable, repaired = [] } = drift;
  const wrong = findings.filter(({ state }) => state !== "correct");
  return [
    `### Drift of ${code(drift.stack)}: ${wrong.some(drifted) ? "found" : "none"}`,
    `${verdictText(drift)}. Looked at ${drift.at}.`,
    sites("release", releaseTable(drift), 2),
    sites("channel", channelTable(drift), 3),
    list("Not as it should be", wrong.map((finding) => `${code(titleOf(finding))}: **${finding.state}**${finding.what ? `: ${text(finding.what)}` : ""}`)),
    list("Under way", findings.filter(({ state, what }) => state === "correct" && what !== undefined).map((finding) => `${code(titleOf(finding))}: ${text(finding.what!)}`)),
    list("Repaired", repaired.map(code)),
    list("Not looked at", unreachable.map(({ place, cause, hint }) => `${code(place)}: ${text(cause)}${hint === undefined ? "" : `; ${text(hint)}`}`)),
  ].filter(Boolean).join("\n\n") + "\n";
}

/** Its command is one. */
function verdictText(drift: Drift): string {
  return verdict(drift).split(/`([^`]*)`/).map((part, index) => (index % 2 === 1 ? code(part) : part.replace(/\S(?:.*\S)?/, text))).join("");
}

/** @param named Columns that say what a row is of. */
function sites(what: string, found: DriftTable | undefined, named: number): string {
  if (!found) return "";
  const { head, rows, left } = found;
  const cells = rows.map((row) => [code(row.slice(0, named).join(" ")), ...row.slice(named).map((cell) => (cell === "" || cell === "correct" ? cell : `**${text(cell)}**`))]);
  return [table([what, ...head.slice(named).map(code)], cells), leftText(left)].filter(Boolean).join("\n\n");
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const more = lines.length > mostLines ? [`- and ${lines.length - mostLines} more: ${code("npm run drift -- --json")}`] : [];
  return [`**${title}**`, "", ...lines.slice(0, mostLines).map((line) => `- ${line}`), ...more].join("\n");
}
