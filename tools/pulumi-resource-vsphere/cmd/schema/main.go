// schema writes what the plugin embeds: go run ./cmd/schema schema.json, in the module's folder.
package main

import (
	"encoding/json"
	"log"
	"os"

	"imagefleet/tools/pulumi-resource-vsphere/provider"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/spf13/afero"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: schema FILE")
	}
	if err := write(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func write(file string) error {
	sink := diag.DefaultSink(os.Stderr, os.Stderr, diag.FormatOptions{Color: colors.Never})
	generator, err := tfgen.NewGenerator(tfgen.GeneratorOptions{
		Package: "vsphere", Version: provider.Version, Language: tfgen.Schema, ProviderInfo: provider.Info(),
		Root: afero.NewMemMapFs(), Sink: sink, SkipDocs: true, SkipExamples: true,
	})
	if err != nil {
		return err
	}
	result, err := generator.Generate()
	if err != nil {
		return err
	}
	// the bridge leaves the version out; the SDK's package.json takes it from here
	result.PackageSpec.Version = provider.Version
	text, err := json.MarshalIndent(result.PackageSpec, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
