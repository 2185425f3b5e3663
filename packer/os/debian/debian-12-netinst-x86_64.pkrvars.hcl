# Debian 12 as its own installer makes it, from the netinst image. Slower than the bootstrap, for those who want d-i's choices.
os_family  = "debian"
os_release = "12"
os_arch    = "x86_64"
firmware   = "bios"

source_kind           = "iso"
iso_url               = "https://cdimage.debian.org/cdimage/archive/12.12.0/amd64/iso-cd/debian-12.12.0-amd64-netinst.iso"
iso_sha256            = "dfc30e04fd095ac2c07e998f145e94bb8f7d3a8eca3a631d2eb012398deae531"
iso_gpg_fingerprint   = "DF9B9C49EAA9298432589D76DA87E80D6294BE9B"
iso_gpg_signature_url = "https://cdimage.debian.org/cdimage/archive/12.12.0/amd64/iso-cd/SHA256SUMS.sign"
iso_gpg_signed_url    = "https://cdimage.debian.org/cdimage/archive/12.12.0/amd64/iso-cd/SHA256SUMS"
answer_file           = "debian/preseed.cfg"
boot_command          = ["<esc><wait>auto url=http://{{ .HTTPIP }}:{{ .HTTPPort }}/preseed.cfg<enter>"]

settings = {
  suite           = "bookworm"
  mirror          = "http://deb.debian.org/debian"
  security_mirror = "http://deb.debian.org/debian-security"
  disk_size       = "4G"
  hostname        = "debian"
  locale          = "C.UTF-8"
  keyboard        = "us"
  timezone        = "Etc/UTC"
  users           = "[]"
}

scripts         = ["debian/upgrade", "debian/settings"]
cleanup_scripts = ["debian/cleanup"]

ssh_username     = "root"
shutdown_command = "systemctl poweroff"
boot_wait        = "10s"
memory           = 1024
