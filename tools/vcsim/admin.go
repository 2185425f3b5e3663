package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/vmware/govmomi/vapi/rest"
)

// startAdmin serves, on a loopback port of its own, what a test does behind the fleet's back:
//
//	GET    /{vcenter}/counters   DELETE sets them to nothing
//	POST   /{vcenter}/faults     adds one; DELETE clears all
//	PUT    /{vcenter}/checksum   {item, file, value}: what is reported of a file from now on
//	POST   /{vcenter}/expire     ends every REST session
//	       /{vcenter}/rest/...   the vCenter's /rest, past faults and counters, and without a login
func startAdmin(vcenters []*vcenter) *httptest.Server {
	byName := map[string]*vcenter{}
	for _, v := range vcenters {
		byName[v.Name] = v
	}
	mux := http.NewServeMux()
	handle := func(pattern string, act func(*vcenter, http.ResponseWriter, *http.Request)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if v := byName[r.PathValue("vcenter")]; v != nil {
				act(v, w, r)
				return
			}
			http.NotFound(w, r)
		})
	}
	handle("GET /{vcenter}/counters", func(v *vcenter, w http.ResponseWriter, _ *http.Request) {
		v.counters.Lock()
		defer v.counters.Unlock()
		_ = json.NewEncoder(w).Encode(&v.counters)
	})
	handle("DELETE /{vcenter}/counters", func(v *vcenter, _ http.ResponseWriter, _ *http.Request) { v.counters.reset() })
	handle("POST /{vcenter}/faults", func(v *vcenter, w http.ResponseWriter, r *http.Request) {
		var one fault
		if err := json.NewDecoder(r.Body).Decode(&one); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		v.faults.add(one)
	})
	handle("DELETE /{vcenter}/faults", func(v *vcenter, _ http.ResponseWriter, _ *http.Request) { v.faults.clear() })
	handle("POST /{vcenter}/expire", func(v *vcenter, _ http.ResponseWriter, _ *http.Request) { v.expireSessions() })
	handle("PUT /{vcenter}/checksum", func(v *vcenter, w http.ResponseWriter, r *http.Request) {
		var what struct{ Item, File, Value string }
		_ = json.NewDecoder(r.Body).Decode(&what)
		v.content.Lock()
		defer v.content.Unlock()
		if item, ok := v.content.item(what.Item); !ok || !setChecksum(item, what.File, what.Value) {
			http.NotFound(w, r)
		}
	})
	handle("/{vcenter}/rest/", func(v *vcenter, w http.ResponseWriter, r *http.Request) {
		v.content.Lock()
		v.content.sessions()["admin"] = &rest.Session{User: "admin", Created: time.Now(), LastAccessed: time.Now()}
		v.content.Unlock()
		r.Header.Set(sessionHeader, "admin")
		http.StripPrefix("/"+v.Name, v.routes).ServeHTTP(w, r)
	})
	return httptest.NewServer(mux)
}
