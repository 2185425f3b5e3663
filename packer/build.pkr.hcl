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

    # A file in memory: values of secrets are neither on the disk nor in an argument list.
    use_env_var_file = true
    remote_folder    = "/dev/shm"
    execute_command  = "chmod +x {{ .Path }}; . {{ .EnvVarFile }} && ${local.sudo}{{ .Path }}"
  }
}
