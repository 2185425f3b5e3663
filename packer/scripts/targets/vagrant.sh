#!/bin/sh
# A child for Vagrant boxes: the user, key and sudo that `vagrant up` logs in with. No NFS: synced folders use rsync or what the host has.
set -eu

command -v sudo >/dev/null || { echo "sudo is not installed, and Vagrant needs it: add it to the image's packages" >&2; exit 1; }
id vagrant >/dev/null 2>&1 || useradd --create-home --shell /bin/bash --comment Vagrant vagrant
usermod -L vagrant # a well-known key is enough

# Vagrant's well-known public keys: it puts a fresh one in their place at the first `vagrant up`.
install -d -m 700 -o vagrant -g vagrant /home/vagrant/.ssh
cat >/home/vagrant/.ssh/authorized_keys <<'EOF'
ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEFHzD8+v1I2YJ6oXevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D8HfdOV0IAdx4O7PtixWKn5y2hMNG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZEnDkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLKLX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9WhQ== vagrant insecure public key
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN1YdxBpNlzxDqfJyw/QKow1F+wvG9hXGoqiysfJOn5Y vagrant insecure public key
EOF
chmod 600 /home/vagrant/.ssh/authorized_keys
chown vagrant:vagrant /home/vagrant/.ssh/authorized_keys

echo 'vagrant ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/vagrant
chmod 440 /etc/sudoers.d/vagrant
visudo -q -c -f /etc/sudoers.d/vagrant

# A look-up of the host's name would hold up every login where there is no DNS.
if [ -d /etc/ssh/sshd_config.d ]; then
  echo 'UseDNS no' >/etc/ssh/sshd_config.d/50-vagrant.conf
else
  echo 'UseDNS no' >>/etc/ssh/sshd_config
fi

# No cloud to ask, so nothing to wait for; a seed on a CD still works. Users and host name are Vagrant's business.
if [ -d /etc/cloud/cloud.cfg.d ]; then
  cat >/etc/cloud/cloud.cfg.d/95_vagrant.cfg <<'EOF'
datasource_list: [NoCloud, None]
users: []
preserve_hostname: true
EOF
fi
