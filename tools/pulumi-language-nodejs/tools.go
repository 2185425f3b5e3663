//go:build tools

// Package tools pins the Node.js language host of the Pulumi engine.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
