// schema writes schema.json beside the plugin's main.go: go run ./cmd/schema schema --skip-docs --skip-examples --out .
package main

import (
	"imagefleet/tools/pulumi-resource-vsphere/provider"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"
)

func main() {
	tfgen.Main("vsphere", provider.Version, provider.Info())
}
