#!/bin/sh
# A small web server and its first page: an example of a script with settings.
# setting: server_name = localhost
# setting: web_root = /var/www/html
# setting: mirror = http://deb.debian.org/debian
# setting: build_mirror = (build only)
set -eu
export DEBIAN_FRONTEND=noninteractive

sed -i "s|$MIRROR\$|${BUILD_MIRROR:-$MIRROR}|" /etc/apt/sources.list.d/debian.sources # clean-up puts it back
mountpoint -q /var/lib/apt/lists || mount -t tmpfs lists /var/lib/apt/lists # their names tell the mirror, and stay in ext4's journal
apt-get -qy update
apt-get -qy -o DPkg::Lock::Timeout=300 install --no-install-recommends nginx-light

cat >/etc/nginx/sites-available/default <<EOF
server {
  listen 80 default_server;
  listen [::]:80 default_server;
  server_name $SERVER_NAME;
  root $WEB_ROOT;
}
EOF
mkdir -p "$WEB_ROOT"
rm -f "$WEB_ROOT/index.nginx-debian.html"
echo "<!doctype html><title>$SERVER_NAME</title><p>It works.</p>" >"$WEB_ROOT/index.html"
nginx -t
