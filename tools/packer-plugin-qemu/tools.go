//go:build tools

// Package tools pins Packer's QEMU plugin.
package tools

import _ "github.com/hashicorp/packer-plugin-qemu"
