import type { HookConfig } from "#model/config/channel";

/** What a hook is told of what has happened. */
export interface Happened {
  readonly image: string;
  readonly version: string;
  /** SHA-256 of the build's disk, lower-case hexadecimal. */
  readonly sha256: string;
  /** Of a promotion. */
  readonly channel?: string;
}

/** Variables that a program needs from whoever runs it, and that say nothing of them. */
const usual = ["PATH", "HOME", "LANG", "SSH_AUTH_SOCK"];

/**
 * The text for a shell that runs a hook here. The program's environment is made anew, so that it sees no credentials of sites; what it prints
 * goes to a file that only its user can read: the engine would keep it in the state.
 * @param log relative to the project.
 */
export function localCommand(hook: HookConfig, happened: Happened, log: string): string {
  const kept = [...usual, ...(hook.env ?? [])].map((name) => `\${${name}+${name}="$${name}"}`);
  const command = ["env", "-i", ...kept, ...facts(happened), ...words(hook, happened)].join(" ");
  const dir = log.slice(0, log.lastIndexOf("/"));
  return `mkdir -p ${quote(dir)} && (umask 077; exec ${command} > ${quote(log)} 2>&1 < /dev/null) || { echo ${quote(`the hook ${hook.name} failed: see ${log}`)} >&2; exit 1; }`;
}

/** The text for a shell that runs a hook on another host; what it prints is dropped there. */
export function remoteCommand(hook: HookConfig, happened: Happened): string {
  const command = ["env", ...facts(happened), ...words(hook, happened)].join(" ");
  return `${command} > /dev/null 2>&1 < /dev/null || { echo ${quote(`the hook ${hook.name} failed on ${hook.ssh?.host ?? "its host"}`)} >&2; exit 1; }`;
}

function facts(happened: Happened): string[] {
  return Object.entries(happened).filter(([, value]) => value !== undefined).map(([name, value]) => `IMAGEFLEET_${name.toUpperCase()}=${quote(String(value))}`);
}

function words({ run }: HookConfig, happened: Happened): string[] {
  return run.map((word) => quote(word.replace(/\{(image|version|sha256|channel)\}/g, (whole, name: keyof Happened) => happened[name] ?? whole)));
}

/** A word that no shell changes. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
