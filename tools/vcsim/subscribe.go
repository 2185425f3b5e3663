package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"

	"github.com/vmware/govmomi/vapi/library"
)

var (
	libraryPath = regexp.MustCompile(`^/rest/com/vmware/content/(?:local-|subscribed-)?library(?:/id:([^/]+))?$`)
	itemPath    = regexp.MustCompile(`^/rest/com/vmware/content/library/subscribed-item/id:([^/]+)$`)
	deployPath  = regexp.MustCompile(`^/rest/com/vmware/vcenter/ovf/library-item/id:([^/]+)$`)
)

// subscriptions makes the simulator's subscribed libraries pull from publishers over HTTPS, when they are made and when a
// sync is asked for, never by themselves; a real vCenter also syncs on a schedule, and answers before a sync has ended.
func (v *vcenter) subscriptions(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		action := r.URL.Query().Get("~action")
		switch {
		case r.Method == http.MethodPatch && libraryPath.MatchString(r.URL.Path) && v.authorized(r):
			v.updateLibrary(w, r, next)
			return
		// SOAP must pass untouched: the simulator sends some to itself while it holds the lock that authorized takes
		case r.Method != http.MethodPost || !strings.HasPrefix(r.URL.Path, "/rest/") || !v.authorized(r):
		case action == "" && libraryPath.MatchString(r.URL.Path) && !strings.Contains(r.URL.Path, "/id:"):
			v.createLibrary(w, r, next)
			return
		case action == "sync" && libraryPath.MatchString(r.URL.Path):
			answer(w, v.pullLibrary(libraryPath.FindStringSubmatch(r.URL.Path)[1]))
			return
		case action == "sync" && itemPath.MatchString(r.URL.Path):
			var how struct {
				Force bool `json:"force_sync_content"`
			}
			_ = json.NewDecoder(r.Body).Decode(&how)
			answer(w, v.pullItem(itemPath.FindStringSubmatch(r.URL.Path)[1], how.Force))
			return
		case action == "deploy" && deployPath.MatchString(r.URL.Path):
			// what is taken on demand is taken now
			if err := v.pullItem(deployPath.FindStringSubmatch(r.URL.Path)[1], true); err != nil && err != errNotSubscribed {
				answer(w, err)
				return
			}
		case action == "filter" && deployPath.MatchString(r.URL.Path):
			v.describeOVF(w, deployPath.FindStringSubmatch(r.URL.Path)[1])
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (v *vcenter) authorized(r *http.Request) bool {
	v.content.Lock()
	defer v.content.Unlock()
	return v.content.sessions()[r.Header.Get(sessionHeader)] != nil
}

// createLibrary asks the publisher first, as a real vCenter does, and copies its items afterwards.
func (v *vcenter) createLibrary(w http.ResponseWriter, r *http.Request, next http.Handler) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var spec struct {
		Library library.Library `json:"create_spec"`
	}
	if json.Unmarshal(body, &spec) != nil || spec.Library.Subscription == nil {
		next.ServeHTTP(w, r)
		return
	}
	if _, err := fetchIndex(*spec.Library.Subscription); err != nil {
		answer(w, err)
		return
	}
	created := httptest.NewRecorder()
	next.ServeHTTP(created, r)
	var made struct {
		ID string `json:"value"`
	}
	if json.Unmarshal(created.Body.Bytes(), &made) == nil && made.ID != "" {
		if err := v.pullLibrary(made.ID); err != nil {
			answer(w, err)
			return
		}
	}
	replay(w, created)
}

// updateLibrary changes what is given of a subscription, once the publisher has answered; the simulator knows the other fields.
func (v *vcenter) updateLibrary(w http.ResponseWriter, r *http.Request, next http.Handler) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var spec struct {
		Library struct {
			Subscription json.RawMessage `json:"subscription_info"`
		} `json:"update_spec"`
	}
	if json.Unmarshal(body, &spec) == nil && spec.Library.Subscription != nil {
		lib, _, err := v.subscribed(libraryPath.FindStringSubmatch(r.URL.Path)[1])
		if err != nil {
			answer(w, err)
			return
		}
		changed := *lib.Subscription
		if err := json.Unmarshal(spec.Library.Subscription, &changed); err != nil {
			answer(w, err)
			return
		}
		if _, err := fetchIndex(changed); err != nil {
			answer(w, err)
			return
		}
		v.content.Lock()
		lib.Subscription = &changed
		v.content.Unlock()
	}
	next.ServeHTTP(w, r)
}

func replay(w http.ResponseWriter, from *httptest.ResponseRecorder) {
	for name, values := range from.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(from.Code)
	_, _ = w.Write(from.Body.Bytes())
}

// answer of /rest to an action.
func answer(w http.ResponseWriter, err error) {
	if err == nil {
		return
	}
	kind := "com.vmware.vapi.std.errors.not_found"
	status := http.StatusNotFound
	if err != errNotFound {
		kind, status = "com.vmware.vapi.std.errors.error", http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type":  kind,
		"value": map[string]any{"messages": []any{map[string]any{"id": "vcsim", "default_message": err.Error(), "args": []string{}}}},
	})
}
