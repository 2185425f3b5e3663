# The tiny OS, installed by Debian's netboot installer. The test that makes the ISO fills in iso_url and iso_sha256.
os_family  = "tiny"
os_release = "12"
os_arch    = "x86_64"
firmware   = "bios"

source_kind  = "iso"
iso_url      = "@ISO_URL@"
iso_sha256   = "@ISO_SHA256@"
boot_command = ["auto url=http://{{ .HTTPIP }}:{{ .HTTPPort }}/preseed.cfg<enter>"]
answer_file  = "netboot/preseed.cfg"

settings = {
  disk_size = "128M"
}

scripts         = []
cleanup_scripts = ["tiny/cleanup"]

ssh_username     = "root"
shutdown_command = "poweroff"
boot_wait        = "5s"
memory           = 1024
