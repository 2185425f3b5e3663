/**
 * What is asked of a guest, all in one login, since each costs seconds under emulation. Lines of `name=value`; a name may come
 * several times. It needs no rights, no program that a small image lacks, and leaves nothing. What has to be waited for comes last, so that the rest
 * is known even of a guest that hangs.
 */
export const questions = `
say() { printf '%s=%s\\n' "$1" "$2"; }
has() { command -v "$1" >/dev/null 2>&1; }
say clock "$(date +%s)"
say kernel "$(uname -r)"
say command_line "$(cat /proc/cmdline)"
[ ! -e /etc/machine-id ] || say machine_id "$(cat /etc/machine-id)"
for key in /etc/ssh/ssh_host_*_key.pub; do [ ! -e "$key" ] || say host_key "$(cut -d ' ' -f 2 "$key")"; done
has cloud-init && say cloud_init present || say cloud_init absent
[ -d /run/systemd/system ] && say systemd present || say systemd absent

if has cloud-init; then
  report=$(cloud-init status --wait 2>&1)
  tries=0 # old versions wait no longer once something has failed
  case $report in *disabled*) ;; *) while [ ! -e /run/cloud-init/result.json ] && [ $tries -lt 150 ]; do sleep 2; tries=$((tries + 1)); done ;; esac
  for part in status result; do [ ! -e /run/cloud-init/$part.json ] || say cloud_init_$part "$(tr -d '\\n' </run/cloud-init/$part.json)"; done
  say cloud_init_end "$(date +%s)"
fi

device=$(awk '$5 == "/" { print $3 }' /proc/self/mountinfo | tail -n 1)
block=$(readlink -f "/sys/dev/block/$device")
[ -e "$block/size" ] || block=/sys/class/block/$(basename "$(readlink -f "$(awk '$2 == "/" { print $1 }' /proc/mounts | tail -n 1)")")
[ ! -e "$block/size" ] || say root_device_kib $(($(cat "$block/size") / 2))
say root_kib "$(df -P -k / | awk 'END { print $2 }')"
for disk in /sys/block/*; do
  end=0
  for partition in "$disk"/*/partition; do
    [ -e "$partition" ] || continue
    last=$(($(cat "\${partition%/*}/start") + $(cat "\${partition%/*}/size")))
    [ "$last" -le "$end" ] || end=$last
  done
  say disk "$(cat "$disk/size") $end"
done

if [ -d /run/systemd/system ]; then
  systemctl is-system-running --wait >/dev/null 2>&1
  systemctl list-units --failed --plain --no-legend --full | while read -r unit rest; do
    say failed_unit "$unit $(journalctl -b -q -n 1 -o cat -u "$unit" 2>/dev/null | tail -n 1)"
  done
fi
say end yes
`;

/** What a guest answered; every name may be missing. */
export class Answers {
  private readonly values = new Map<string, string[]>();

  constructor(lines: readonly string[]) {
    for (const line of lines) {
      const at = line.indexOf("=");
      if (at > 0) this.values.set(line.slice(0, at), [...this.all(line.slice(0, at)), line.slice(at + 1).trim()]);
    }
  }

  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  one(name: string): string | undefined {
    return this.values.get(name)?.[0];
  }

  number(name: string): number | undefined {
    const value = Number(this.one(name));
    return this.one(name) && Number.isFinite(value) ? value : undefined;
  }

  has(name: string): boolean {
    return this.one(name) === "present";
  }

  /** Did it answer to the end? */
  get complete(): boolean {
    return this.one("end") !== undefined;
  }
}
