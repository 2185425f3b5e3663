# Debian's cloud kernel, BusyBox and Dropbear on 64 MiB: built in seconds, for trying things out.
os_family  = "tiny"
os_release = "12"
os_arch    = "x86_64"
firmware   = "bios"
firmwares  = ["bios", "uefi"]

source_kind      = "bootstrap"
bootstrap_recipe = "tiny"

settings = {
  suite     = "bookworm"
  mirror    = "http://deb.debian.org/debian"
  disk_size = "64M"
}

scripts         = []
cleanup_scripts = ["tiny/cleanup"]

ssh_username     = "root"
shutdown_command = "poweroff"
boot_wait        = "9s"
memory           = 256
