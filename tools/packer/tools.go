//go:build tools

// Package tools pins Packer.
package tools

import _ "github.com/hashicorp/packer"
