#!/bin/sh
# Name, language, keyboard, time zone and users of the image.
# setting: hostname = debian
# setting: locale = C.UTF-8
# setting: keyboard = us
# setting: timezone = Etc/UTC
# setting: users = []
# users: a JSON list of {"name", "ssh_authorized_keys": [...], "sudo": true|false}; passwords stay locked.
set -eu
export DEBIAN_FRONTEND=noninteractive

install_missing() {
  ! dpkg --status "$@" >/dev/null 2>&1 || return 0
  [ -n "$(ls /var/lib/apt/lists/*_Packages 2>/dev/null)" ] || apt-get -qy update
  apt-get -qy -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
}

echo "$HOSTNAME" >/etc/hostname
sed -i "s/^127\.0\.1\.1.*/127.0.1.1 $HOSTNAME/" /etc/hosts

case $LOCALE in C | C.UTF-8 | POSIX) ;; *)
  install_missing locales
  echo "$LOCALE ${LOCALE##*.}" >/etc/locale.gen
  locale-gen
  ;;
esac
echo "LANG=$LOCALE" >/etc/default/locale

[ "$KEYBOARD" = us ] || install_missing console-setup keyboard-configuration
printf 'XKBMODEL="pc105"\nXKBLAYOUT="%s"\n' "$KEYBOARD" >/etc/default/keyboard

[ -e "/usr/share/zoneinfo/$TIMEZONE" ] || { echo "timezone $TIMEZONE is not in /usr/share/zoneinfo" >&2; exit 1; }
ln -sf "/usr/share/zoneinfo/$TIMEZONE" /etc/localtime
echo "$TIMEZONE" >/etc/timezone

python3 - "$USERS" <<'EOF'
import json, os, pwd, subprocess, sys

for user in json.loads(sys.argv[1]):
    name = user["name"]
    if name not in (entry.pw_name for entry in pwd.getpwall()):
        subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", name], check=True)
    account = pwd.getpwnam(name)
    directory = os.path.join(account.pw_dir, ".ssh")
    os.makedirs(directory, mode=0o700, exist_ok=True)
    keys = os.path.join(directory, "authorized_keys")
    with open(keys, "w") as file:
        file.writelines(key + "\n" for key in user.get("ssh_authorized_keys", []))
    os.chmod(keys, 0o600)
    for path in (directory, keys):
        os.chown(path, account.pw_uid, account.pw_gid)
    if user.get("sudo"):
        with open(f"/etc/sudoers.d/{name}", "w", opener=lambda path, flags: os.open(path, flags, 0o440)) as file:
            file.write(f"{name} ALL=(ALL) NOPASSWD:ALL\n")
EOF
