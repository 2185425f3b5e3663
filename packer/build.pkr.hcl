locals {
  settings = var.settings_run == null ? var.settings : var.settings_run
  scripts  = var.scripts_run == null ? [for name in concat(var.scripts, var.cleanup_scripts) : "scripts/${name}.sh"] : var.scripts_run
  sudo     = var.ssh_username == "root" ? "" : "sudo -E "
}

build {
  sources = ["source.qemu.disk", "source.qemu.iso"]

  provisioner "shell" {
    scripts = local.scripts
    env     = merge({ for name, value in local.settings : upper(name) => value }, var.secrets)

    # In memory: nothing of a script reaches the disk. A file of variables (use_env_var_file) would lie on this host's disk,
    # and Packer closes it after the first try to upload it, so that a lost session could not be tried again.
    remote_folder   = "/dev/shm"
    execute_command = "chmod +x {{ .Path }}; {{ .Vars }} ${local.sudo}{{ .Path }}"
  }
}
