os_family  = "debian"
os_release = "12"
os_arch    = "x86_64"
firmware   = "bios"
firmwares  = ["bios", "uefi"]

# The base disk has all updates of its epoch already, so nothing is upgraded in the guest.
source_kind      = "bootstrap"
bootstrap_recipe = "debian"

settings = {
  suite           = "bookworm"
  mirror          = "http://deb.debian.org/debian"
  security_mirror = "http://deb.debian.org/debian-security"
  disk_size       = "2G"
  hostname        = "debian"
  locale          = "C.UTF-8"
  keyboard        = "us"
  timezone        = "Etc/UTC"
  users           = "[]"
}

scripts         = ["debian/settings"]
cleanup_scripts = ["debian/cleanup"]

ssh_username     = "root"
shutdown_command = "systemctl poweroff"
boot_wait        = "40s"
memory           = 1024
