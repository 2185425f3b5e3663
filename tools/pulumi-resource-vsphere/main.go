// pulumi-resource-vsphere is the bridged vSphere provider plugin with the few resources that tests use.
package main

import (
	_ "embed"

	"imagefleet/tools/pulumi-resource-vsphere/provider"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

//go:embed schema.json
var schema []byte

func main() {
	tfbridge.Main("vsphere", provider.Version, provider.Info(), schema)
}
