// pulumi-resource-openstack is the bridged OpenStack provider plugin with the few resources that tests use.
package main

import (
	_ "embed"

	"imagefleet/tools/pulumi-resource-openstack/provider"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

//go:embed schema.json
var schema []byte

func main() {
	tfbridge.Main("openstack", provider.Version, provider.Info(), schema)
}
