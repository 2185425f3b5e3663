// Package provider maps some Terraform resources onto the tokens of the published Pulumi package.
package provider

import (
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-provider-openstack/terraform-provider-openstack/openstack"
)

// Version is that of the npm package @pulumi/openstack, whose resources ask for it.
const Version = "3.15.2"

// Info describes the plugin: what is mapped, and that all else is left out on purpose.
func Info() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:         shimv2.NewProvider(openstack.Provider()),
		Name:      "openstack",
		Version:   Version,
		GitHubOrg: "terraform-provider-openstack",
		License:   "Apache-2.0",
		Resources: map[string]*tfbridge.ResourceInfo{
			"openstack_images_image_v2":               {Tok: tokens.Type(token("images", "Image"))},
			"openstack_images_image_access_v2":        {Tok: tokens.Type(token("images", "ImageAccess"))},
			"openstack_images_image_access_accept_v2": {Tok: tokens.Type(token("images", "ImageAccessAccept"))},
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"openstack_images_image_v2":     {Tok: token("images", "getImage")},
			"openstack_images_image_ids_v2": {Tok: token("images", "getImageIds")},
		},
	}
	info.IgnoreMappings = unmapped(info)
	info.SetAutonaming(255, "-") // as the published package: names are optional
	return info
}

// token("images", "Image") is openstack:images/image:Image.
func token(module, name string) tokens.ModuleMember {
	return tokens.ModuleMember("openstack:" + module + "/" + strings.ToLower(name[:1]) + name[1:] + ":" + name)
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
