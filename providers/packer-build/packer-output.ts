/** What Packer is doing, read from its output: a name for progress lines and for the record's timed steps. */
const steps: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/: (?:Retrieving|Copying) (?:ISO|hard drive)/, () => "copy disk"],
  [/: Creating CD disk/, () => "seed"],
  [/: Starting (?:VM|HTTP server)/, () => "boot"],
  [/: Waiting for SSH/, () => "wait for login"],
  [/: Connected to SSH/, () => "logged in"],
  [/: Provisioning with shell script: (?:.*\/)?scripts\/(.+?)\.sh/, (match) => `script ${match[1]}`],
  [/: (?:Gracefully halting|Halting) /, () => "shut down"],
  [/: Converting hard drive/, () => "convert"],
];

/** The step that a line of Packer's output begins, if it begins one. */
export function stepOf(line: string): string | undefined {
  for (const [pattern, name] of steps) {
    const match = pattern.exec(line);
    if (match) return name(match);
  }
  return undefined;
}

/** Local port of the guest's SSH server, from Packer's `Found port for communicator (SSH, WinRM, etc): 2817.` */
export function loginPort(line: string): number | undefined {
  const match = /Found port for communicator.*?: (\d+)/.exec(line);
  return match ? Number(match[1]) : undefined;
}
