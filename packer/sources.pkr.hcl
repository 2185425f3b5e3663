locals {
  # Login for this build alone: no key is baked into base disks or parents. JSON is YAML to cloud-init.
  user_data = {
    disable_root = false
    users = [merge(
      { name = var.ssh_username, ssh_authorized_keys = [var.ssh_public_key] },
      var.ssh_username == "root" ? {} : { sudo = "ALL=(ALL) NOPASSWD:ALL" },
    )]
    # The rest keeps the build's boot short and the disk as it was.
    apt               = { preserve_sources_list = true }
    growpart          = { mode = "off" }
    locale            = false
    preserve_hostname = true
    resize_rootfs     = false
    ssh_genkeytypes   = ["ed25519"]
  }
  seed = {
    "meta-data" = jsonencode({ "instance-id" = "imagefleet-build" })
    "user-data" = "#cloud-config\n${jsonencode(local.user_data)}\n"
  }

  # An installer knows nothing of cloud-init: it reads the login key and the settings from the same CD.
  installer_seed = merge(local.seed, {
    "authorized_keys" = "${var.ssh_public_key}\n"
    "settings.sh"     = join("", [for name, value in local.settings : "${name}='${replace(value, "'", "'\\''")}'\n"])
  })

  machine   = var.firmware == "uefi" ? "q35" : "pc"
  memory    = coalesce(var.memory_mib, var.memory)
  boot_wait = coalesce(var.boot_wait_run, var.boot_wait)
  qemuargs = [
    ["-serial", "file:${var.serial_log}"],
    # Packer's own forward would listen on every interface.
    ["-netdev", "user,id=user.0,hostfwd=tcp:127.0.0.1:{{ .SSHHostPort }}-:22"],
  ]
}

# A disk that boots already: from a bootstrap recipe, a download, or the parent image.
source "qemu" "disk" {
  iso_url          = var.source_path
  iso_checksum     = "none" # verified before Packer starts
  disk_image       = true
  use_backing_file = false
  skip_resize_disk = true

  output_directory   = var.output_directory
  vm_name            = "disk.qcow2"
  format             = "qcow2"
  skip_compaction    = true
  disk_interface     = "virtio"
  disk_cache         = "unsafe"
  disk_discard       = "unmap"
  disk_detect_zeroes = "unmap"

  accelerator       = var.accelerator
  machine_type      = local.machine
  cpu_model         = "max"
  cpus              = var.cpus
  memory            = local.memory
  net_device        = "virtio-net"
  headless          = var.headless
  efi_boot          = var.firmware == "uefi"
  efi_firmware_code = var.firmware == "uefi" ? var.uefi_code : null
  efi_firmware_vars = var.firmware == "uefi" ? var.uefi_variables : null
  qemuargs          = local.qemuargs

  cd_label   = "cidata"
  cd_content = local.seed

  # QEMU's user network accepts connections before the guest listens, and then backs off: an early attempt costs a minute.
  boot_wait                = local.boot_wait
  ssh_username             = var.ssh_username
  ssh_file_transfer_method = "sftp"
  ssh_private_key_file     = var.ssh_private_key_file
  ssh_timeout              = var.ssh_timeout
  ssh_handshake_attempts   = 100
  ssh_read_write_timeout   = "15s"
  ssh_keep_alive_interval  = "2s"
  shutdown_command         = var.shutdown_command
}

# An empty disk and the distribution's installer, answered by answer_file.
source "qemu" "iso" {
  iso_url      = var.source_path
  iso_checksum = "none" # verified before Packer starts
  disk_size    = lookup(local.settings, "disk_size", "2G")

  output_directory   = var.output_directory
  vm_name            = "disk.qcow2"
  format             = "qcow2"
  skip_compaction    = true
  disk_interface     = "virtio"
  disk_cache         = "unsafe"
  disk_discard       = "unmap"
  disk_detect_zeroes = "unmap"

  accelerator       = var.accelerator
  machine_type      = local.machine
  cpu_model         = "max"
  cpus              = var.cpus
  memory            = local.memory
  net_device        = "virtio-net"
  headless          = var.headless
  efi_boot          = var.firmware == "uefi"
  efi_firmware_code = var.firmware == "uefi" ? var.uefi_code : null
  efi_firmware_vars = var.firmware == "uefi" ? var.uefi_variables : null
  qemuargs          = local.qemuargs

  cd_label          = "cidata"
  cd_content        = local.installer_seed
  http_directory    = var.answer_directory == "" ? null : var.answer_directory
  http_bind_address = "127.0.0.1" # the guest reaches it at 10.0.2.2

  boot_wait                = local.boot_wait
  boot_command             = var.boot_command
  ssh_username             = var.ssh_username
  ssh_file_transfer_method = "sftp"
  ssh_private_key_file     = var.ssh_private_key_file
  ssh_timeout              = var.ssh_timeout
  ssh_handshake_attempts   = 1000 # the installer runs for long before anything answers
  ssh_read_write_timeout   = "15s"
  ssh_keep_alive_interval  = "2s"
  shutdown_command         = var.shutdown_command
}
