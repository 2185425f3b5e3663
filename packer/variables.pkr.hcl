# Facts: what an operating system is. Each os/<family>/<name>.pkrvars.hcl states its own; they are part of the build key.

variable "os_family" { type = string }

variable "os_release" { type = string }

variable "os_arch" { type = string }

variable "firmware" {
  type    = string
  default = "bios"
  validation {
    condition     = contains(["bios", "uefi"], var.firmware)
    error_message = "The firmware is \"bios\" or \"uefi\"."
  }
}

variable "firmwares" {
  description = "All that the finished disk boots on. Default: what it is built on."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for name in var.firmwares : contains(["bios", "uefi"], name)])
    error_message = "Each of firmwares is \"bios\" or \"uefi\"."
  }
}

variable "source_kind" {
  type = string
  validation {
    condition     = contains(["bootstrap", "iso", "disk"], var.source_kind)
    error_message = "The source_kind is \"bootstrap\", \"iso\" or \"disk\"."
  }
}

variable "bootstrap_recipe" {
  type    = string
  default = ""
}

variable "iso_url" {
  type    = string
  default = ""
}

variable "iso_sha256" {
  type    = string
  default = ""
}

variable "iso_gpg_fingerprint" {
  type    = string
  default = ""
}

variable "iso_gpg_signature_url" {
  type    = string
  default = ""
}

variable "iso_gpg_signed_url" {
  type    = string
  default = ""
}

variable "boot_command" {
  description = "Keys typed at the installer's boot prompt."
  type        = list(string)
  default     = []
}

variable "answer_file" {
  description = "The installer's answers (preseed, kickstart, autoinstall): a path under http/."
  type        = string
  default     = ""
}

variable "disk_url" {
  type    = string
  default = ""
}

variable "disk_sha256" {
  type    = string
  default = ""
}

variable "disk_format" {
  type    = string
  default = ""
}

variable "settings" {
  description = "Settings that this OS knows, with their defaults."
  type        = map(string)
  default     = {}
}

variable "required_settings" {
  type    = list(string)
  default = []
}

variable "scripts" {
  description = "Names under scripts/, without .sh, run before those of the image."
  type        = list(string)
  default     = []
}

variable "cleanup_scripts" {
  description = "Names under scripts/, without .sh, run last."
  type        = list(string)
  default     = []
}

variable "ssh_username" { type = string }

variable "shutdown_command" { type = string }

variable "boot_wait" {
  description = "Time from power-on to an answer to SSH (or the installer's prompt) under emulation, rounded down."
  type        = string
  default     = "30s"
}

variable "memory" {
  description = "MiB of memory that a build needs."
  type        = number
  default     = 1024
}

# Run variables: this build on this host. They never shape the image, and the defaults serve `packer validate` by hand.

variable "source_path" {
  description = "Disk or ISO to start from: local, and verified already."
  type        = string
  default     = "source"
}

variable "output_directory" {
  description = "Where disk.qcow2 is written; must not exist."
  type        = string
  default     = "output"
}

variable "accelerator" {
  type    = string
  default = "kvm"
}

variable "cpus" {
  type    = number
  default = 2
}

variable "memory_mib" {
  description = "Overrides the OS's memory."
  type        = number
  default     = null
}

variable "headless" {
  type    = bool
  default = true
}

variable "boot_wait_run" {
  description = "Overrides the OS's boot_wait: shorter where the guest is fast."
  type        = string
  default     = null
}

variable "ssh_timeout" {
  type    = string
  default = "10m"
}

variable "ssh_private_key_file" {
  type    = string
  default = ""
}

variable "ssh_public_key" {
  description = "Public half of this build's own key, one line."
  type        = string
  default     = ""
}

variable "serial_log" {
  type    = string
  default = "/dev/null"
}

variable "answer_directory" {
  description = "Directory that the installer may read over HTTP, holding the answer file."
  type        = string
  default     = ""
}

variable "uefi_code" {
  type    = string
  default = "/usr/share/OVMF/OVMF_CODE_4M.fd"
}

variable "uefi_variables" {
  type    = string
  default = "/usr/share/OVMF/OVMF_VARS_4M.fd"
}

variable "scripts_run" {
  description = "Paths of the scripts to run, in order. Default: those of the OS."
  type        = list(string)
  default     = null
}

variable "settings_run" {
  description = "Settings of this image: what its scripts see, as upper-case environment variables. Default: those of the OS."
  type        = map(string)
  default     = null
}

variable "secrets" {
  description = "Environment variables for scripts that must be kept nowhere; from PKR_VAR_secrets."
  type        = map(string)
  default     = {}
  sensitive   = true
}
