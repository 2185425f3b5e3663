// Package provider maps some Terraform resources onto the tokens of the published Pulumi package.
package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/helper/schema"
	"github.com/hashicorp/terraform-provider-vsphere/vsphere"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	shimv1 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v1"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Version is the release of the published package that bridges the same Terraform provider. sdks/vsphere has it too.
const Version = "3.1.0"

// Info describes the plugin: what is mapped, and that all else is left out on purpose.
func Info() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:         shimv1.NewProvider(vsphere.Provider().(*schema.Provider)),
		Name:      "vsphere",
		Version:   Version,
		GitHubOrg: "hashicorp",
		License:   "Apache-2.0",
		JavaScript: &tfbridge.JavaScriptInfo{
			Dependencies:         map[string]string{"@pulumi/pulumi": "^3.0.0"},
			RespectSchemaVersion: true,
		},
		// a name that is both a resource and a data source needs both mapped
		Resources: map[string]*tfbridge.ResourceInfo{
			"vsphere_compute_cluster":      {Tok: tokens.Type(token("ComputeCluster"))},
			"vsphere_content_library":      {Tok: tokens.Type(token("ContentLibrary"))},
			"vsphere_content_library_item": {Tok: tokens.Type(token("ContentLibraryItem"))},
			"vsphere_datacenter":           {Tok: tokens.Type(token("Datacenter"))},
			"vsphere_host":                 {Tok: tokens.Type(token("Host"))},
			"vsphere_resource_pool":        {Tok: tokens.Type(token("ResourcePool"))},
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"vsphere_compute_cluster":      {Tok: token("getComputeCluster")},
			"vsphere_content_library":      {Tok: token("getContentLibrary")},
			"vsphere_content_library_item": {Tok: token("getContentLibraryItem")},
			"vsphere_datacenter":           {Tok: token("getDatacenter")},
			"vsphere_datastore":            {Tok: token("getDatastore")},
			"vsphere_host":                 {Tok: token("getHost")},
			"vsphere_network":              {Tok: token("getNetwork")},
			"vsphere_resource_pool":        {Tok: token("getResourcePool")},
		},
	}
	info.IgnoreMappings = unmapped(info)
	info.SetAutonaming(255, "-") // as the published package: names are optional
	return info
}

// token("ContentLibrary") is vsphere:index/contentLibrary:ContentLibrary.
func token(name string) tokens.ModuleMember {
	return tokens.ModuleMember("vsphere:index/" + strings.ToLower(name[:1]) + name[1:] + ":" + name)
}

// unmapped names what the Terraform provider has and this plugin has not.
func unmapped(info tfbridge.ProviderInfo) (names []string) {
	note := func(name string, _ shim.Resource) bool {
		if info.Resources[name] == nil && info.DataSources[name] == nil {
			names = append(names, name)
		}
		return true
	}
	info.P.ResourcesMap().Range(note)
	info.P.DataSourcesMap().Range(note)
	return names
}
