//go:build tools

// Package tools pins the Pulumi CLI; `npm run setup` builds it from go.sum-verified modules.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
