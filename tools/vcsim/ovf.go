package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/vmware/govmomi/ovf"
)

// describeOVF tells an item's networks, which the simulator's answer leaves out.
func (v *vcenter) describeOVF(w http.ResponseWriter, itemID string) {
	v.content.Lock()
	defer v.content.Unlock()
	item, ok := v.content.item(itemID)
	if !ok {
		answer(w, errNotFound)
		return
	}
	networks := []string{}
	for _, file := range *item.Files {
		if !strings.HasSuffix(file.Name, ".ovf") {
			continue
		}
		descriptor, err := os.Open(filepath.Join(v.content.directory(v.content.library(item.LibraryID), item.ID), file.Name))
		if err != nil {
			answer(w, err)
			return
		}
		defer descriptor.Close()
		envelope, err := ovf.Unmarshal(descriptor)
		if err != nil {
			answer(w, err)
			return
		}
		if envelope.Network != nil {
			for _, network := range envelope.Network.Networks {
				networks = append(networks, network.Name)
			}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"value": map[string]any{"name": item.Name, "networks": networks}})
}
