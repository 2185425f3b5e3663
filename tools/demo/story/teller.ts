import { deepStrictEqual, equal } from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { execa } from "execa";
import { fenced, type Show } from "./outputs.ts";
import { plainWords } from "./plain-words.ts";
import type { Servers } from "./servers.ts";
import { lookAtSites, siteKinds, siteNames, type SiteName, type SiteView } from "./sites.ts";
import { image, type StackFile } from "./stack-file.ts";

const stackFile = "Pulumi.test.yaml";

export interface Chapter {
  readonly title: string;
  tell(teller: Teller): Promise<void>;
}

/** Does what a chapter says, looks whether it came out so, and writes it down. */
export class Teller {
  readonly servers: Servers;
  /** What was written so far, part by part. */
  readonly parts: string[] = [];
  /** Where channels pointed at the end of each chapter. */
  readonly #course: string[][] = [];
  readonly #log: (line: string) => void;
  #file: StackFile;
  /** The stack file as it was written; the engine changes how it is laid out. */
  #written = "";
  #views: Readonly<Record<SiteName, SiteView>> | undefined;

  constructor(servers: Servers, file: StackFile, log: (line: string) => void) {
    this.servers = servers;
    this.#file = file;
    this.#log = log;
  }

  async chapter(chapter: Chapter): Promise<void> {
    this.#log(`\n[story] ${chapter.title}`);
    this.parts.push(`## ${chapter.title}`);
    await chapter.tell(this);
    const anchor = chapter.title.toLowerCase().replaceAll(/[^a-z0-9 -]/g, "").replaceAll(" ", "-");
    this.#course.push([`[${chapter.title}](#${anchor})`, ...["candidate", "stable"].map((channel) => this.#whereabouts(channel))]);
  }

  /** Words of the story itself. */
  say(text: string): void {
    this.parts.push(text);
  }

  /** Writes the stack file, and what of it has changed; at first, all of it but the sites' settings. */
  async configure(change: Partial<StackFile> = {}): Promise<void> {
    const { project } = this.servers;
    this.#file = { ...this.#file, ...change };
    await project.configure({ ...this.#file });
    const former = this.#written;
    this.#written = await project.read(stackFile);
    await this.#show(stackFile, former);
  }

  /** Writes a file of the project, and what of it has changed. */
  async edit(path: string, text: string): Promise<void> {
    const { project } = this.servers;
    const former = await project.read(path).catch(() => "");
    await writeFile(project.path(path), text);
    await this.#show(path, former);
  }

  async #show(path: string, former: string): Promise<void> {
    const { project } = this.servers;
    this.parts.push(`\`${path}\`:`);
    if (former === "") return void this.parts.push(fenced(extname(path).slice(1), plainWords((await project.read(path)).replace(/^( *imagefleet:sites:)\n[\s\S]*/m, "$1 # …"))));
    const { stdout } = await execa("diff", ["-U2", "-", project.path(path)], { input: former, reject: false });
    const lines = stdout.split("\n").slice(2).filter((line) => !line.startsWith("@@"));
    this.parts.push(fenced("diff", plainWords(`.${lines.join("\n")}`).slice(1))); // its first line begins with a space
  }

  /** `npm run <command>`, as a user types it. @param code What it must end with. @returns its standard output. */
  async run(command: string, args: readonly string[], show: Show, code = 0): Promise<string> {
    const typed = `npm run ${args.includes("--markdown") ? "--silent " : ""}${[command, "--", ...args, "--stack", "test"].join(" ")}`;
    const begun = Date.now();
    const { exitCode, stdout, all } = await this.servers.project.run(command, args);
    this.#log(`[story] ${typed}: ${exitCode}, ${Math.round((Date.now() - begun) / 1000)} s`);
    equal(exitCode, code, `${typed} ended with ${exitCode}, not ${code}:\n${String(all)}`);
    const line = `${typed}${code === 0 ? "" : `    # ends with ${code}`}`;
    const shown = show(String(stdout));
    const terminal = "```text\n";
    if (shown.startsWith(terminal)) this.parts.push(`${terminal}$ ${line}\n\n${shown.slice(terminal.length)}`);
    else this.parts.push(fenced("sh", line), shown);
    return String(stdout);
  }

  /** Asks every server what consumers find, and writes it down. */
  async look(): Promise<Readonly<Record<SiteName, SiteView>>> {
    this.#views = await lookAtSites(this.servers);
    const views = Object.values(this.#views);
    const versions = [...new Set(views.flatMap(({ releases }) => Object.keys(releases)))].sort();
    const cell = ({ points, releases }: SiteView, version: string): string => {
      const names = Object.keys(points).filter((channel) => points[channel] === version).map((channel) => `**${channel}**`);
      const own = releases[version];
      return own === undefined ? "" : [...names, ...own].join(", ") || "held";
    };
    const rows = siteNames.map((name) => [`\`${name}\``, siteKinds[name], ...versions.map((version) => cell(this.#views![name], version))]);
    this.parts.push(markdownTable(["site", "", ...versions.map((version) => `${image} ${version}`)], rows));
    return this.#views;
  }

  /** A channel points at this release on all of these sites, and in the store where all sites are meant. */
  async requireChannel(channel: string, version: string, sites: readonly SiteName[] = siteNames): Promise<void> {
    const views = this.#views!;
    deepStrictEqual(Object.fromEntries(sites.map((name) => [name, views[name].points[channel]])), Object.fromEntries(sites.map((name) => [name, version])), `where ${channel} points`);
    if (sites.length < siteNames.length) return;
    const document = await this.servers.project.store.document<{ version: string }>(`channels/${channel}/${image}`);
    equal(document?.version, version, `what the store says of ${channel}`);
  }

  /** A release is on a site, with these words and no others. */
  requireRelease(site: SiteName, version: string, words: readonly string[] | undefined): void {
    deepStrictEqual(this.#views![site].releases[version], words, `${version} on ${site}`);
  }

  /** The whole story, with its course in a table after the opening. */
  get text(): string {
    const [opening, ...rest] = this.parts;
    return `${[opening, markdownTable(["chapter", "`candidate`", "`stable`"], this.#course), ...rest].join("\n\n")}\n`;
  }

  #whereabouts(channel: string): string {
    const versions = Map.groupBy(siteNames, (name) => this.#views?.[name].points[channel] ?? "nowhere");
    return [...versions].sort().map(([version, sites]) => (versions.size > 1 ? `${version} on ${sites.length} sites` : version)).join(", ");
  }
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
