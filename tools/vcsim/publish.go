package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vapi/library"
)

// published is what a publisher says of a library. A real vCenter says the same in its VCSP format, over the same address;
// the simulator has no such server, since it knows subscriptions within one vCenter only.
type published struct {
	Items []publishedItem `json:"items"`
}

type publishedItem struct {
	library.Item
	Files []publishedFile `json:"files"`
}

type publishedFile struct {
	library.File
	// Parts are the simulator's files for it: of a disk a descriptor and a flat one.
	Parts []string `json:"parts"`
}

// publisher serves published libraries at the address that the simulator gives them, with a password where they have one.
func (v *vcenter) publisher() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /cls/vcsp/lib/{library}/items.json", func(w http.ResponseWriter, r *http.Request) {
		v.content.Lock()
		defer v.content.Unlock()
		if lib := v.publishedLibrary(w, r); lib != nil {
			_ = json.NewEncoder(w).Encode(v.index(lib))
		}
	})
	mux.HandleFunc("GET /cls/vcsp/lib/{library}/{item}/{part}", func(w http.ResponseWriter, r *http.Request) {
		v.content.Lock()
		lib := v.publishedLibrary(w, r)
		path := ""
		if lib != nil {
			path = filepath.Join(v.content.directory(lib, r.PathValue("item")), r.PathValue("part"))
		}
		v.content.Unlock()
		if path != "" {
			http.ServeFile(w, r, path)
		}
	})
	return mux
}

func (v *vcenter) publishedLibrary(w http.ResponseWriter, r *http.Request) *library.Library {
	lib := v.content.library(r.PathValue("library"))
	if lib == nil || lib.Publication == nil || lib.Publication.Published == nil || !*lib.Publication.Published {
		http.NotFound(w, r)
		return nil
	}
	if lib.Publication.AuthenticationMethod == "BASIC" {
		if user, password, ok := r.BasicAuth(); !ok || user != "vcsp" || password != lib.Publication.Password {
			w.WriteHeader(http.StatusUnauthorized)
			return nil
		}
	}
	return lib
}

// index leaves out what is being uploaded: subscribers see it when it is complete.
func (v *vcenter) index(lib *library.Library) published {
	all := published{Items: []publishedItem{}}
	for id, item := range v.content.items(lib.ID) {
		if v.content.uploading(id) {
			continue
		}
		one := publishedItem{Item: *item.Item}
		for _, file := range *item.Files {
			parts := []string{file.Name}
			if backing := simulator.VirtualDiskBackingFileName(file.Name); backing != file.Name {
				if _, err := os.Stat(filepath.Join(v.content.directory(lib, id), backing)); err == nil {
					parts = append(parts, backing)
				}
			}
			one.Files = append(one.Files, publishedFile{file, parts})
		}
		all.Items = append(all.Items, one)
	}
	return all
}
