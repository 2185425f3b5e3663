package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// translation of a verb of /api to the simulator's /rest, where actions are called ~action, ids begin with `id:`, some
// bodies have a name, and answers are wrapped.
type translation struct {
	api, rest string
	// body's name in /rest, where it has one.
	body string
	// done is the status of success.
	done int
}

var translations = []translation{
	{"POST /api/session", "/rest/com/vmware/cis/session", "", http.StatusCreated},
	{"GET /api/session", "/rest/com/vmware/cis/session", "", http.StatusOK},
	{"DELETE /api/session", "/rest/com/vmware/cis/session", "", http.StatusNoContent},
	{"GET /api/content/library", "/rest/com/vmware/content/library", "", http.StatusOK},
	{"POST /api/content/library", "/rest/com/vmware/content/library", "spec", http.StatusOK}, // find
	{"GET /api/content/library/{id}", "/rest/com/vmware/content/library/id:{id}", "", http.StatusOK},
	{"POST /api/content/local-library", "/rest/com/vmware/content/local-library", "create_spec", http.StatusCreated},
	{"POST /api/content/subscribed-library", "/rest/com/vmware/content/subscribed-library", "create_spec", http.StatusCreated},
	{"POST /api/content/subscribed-library/{id}", "/rest/com/vmware/content/subscribed-library/id:{id}", "", http.StatusNoContent}, // sync
	{"PATCH /api/content/local-library/{id}", "/rest/com/vmware/content/local-library/id:{id}", "update_spec", http.StatusNoContent},
	{"PATCH /api/content/subscribed-library/{id}", "/rest/com/vmware/content/subscribed-library/id:{id}", "update_spec", http.StatusNoContent},
	{"DELETE /api/content/local-library/{id}", "/rest/com/vmware/content/local-library/id:{id}", "", http.StatusNoContent},
	{"DELETE /api/content/subscribed-library/{id}", "/rest/com/vmware/content/subscribed-library/id:{id}", "", http.StatusNoContent},
	{"GET /api/content/library/item", "/rest/com/vmware/content/library/item", "", http.StatusOK}, // ?library_id=
	{"POST /api/content/library/item", "/rest/com/vmware/content/library/item", "create_spec", http.StatusCreated},
	{"GET /api/content/library/item/{id}", "/rest/com/vmware/content/library/item/id:{id}", "", http.StatusOK},
	{"PATCH /api/content/library/item/{id}", "/rest/com/vmware/content/library/item/id:{id}", "update_spec", http.StatusNoContent},
	{"DELETE /api/content/library/item/{id}", "/rest/com/vmware/content/library/item/id:{id}", "", http.StatusNoContent},
	{"GET /api/content/library/item/{id}/{part}", "/rest/com/vmware/content/library/item/{part}?library_item_id={id}", "", http.StatusOK}, // file, storage
	{"GET /api/content/library/item/update-session", "/rest/com/vmware/content/library/item/update-session", "", http.StatusOK},
	{"GET /api/content/library/item/update-session/{id}", "/rest/com/vmware/content/library/item/update-session/id:{id}", "", http.StatusOK},
	{"POST /api/content/library/subscribed-item/{id}", "/rest/com/vmware/content/library/subscribed-item/id:{id}", "", http.StatusNoContent}, // sync
	{"POST /api/vcenter/ovf/library-item/{id}", "/rest/com/vmware/vcenter/ovf/library-item/id:{id}", "", http.StatusOK},                      // deploy
}

// routeAPI gives the simulator the verbs of /api that vSphere 7.0.2 brought.
func routeAPI(mux *http.ServeMux, rest http.Handler) {
	for _, one := range translations {
		mux.HandleFunc(one.api, one.serve(rest))
	}
}

func (t translation) serve(rest http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		target, _ := url.Parse(strings.NewReplacer("{id}", r.PathValue("id"), "{part}", r.PathValue("part")).Replace(t.rest))
		query := r.URL.Query()
		for name, values := range target.Query() {
			query[name] = values
		}
		if action := query.Get("action"); action != "" {
			query.Del("action")
			query.Set("~action", action)
		}
		inner := r.Clone(r.Context())
		inner.URL = &url.URL{Path: target.Path, RawQuery: query.Encode()}
		inner.Body, inner.ContentLength = t.wrap(r.Body)
		recorded := httptest.NewRecorder()
		rest.ServeHTTP(recorded, inner)
		t.translate(w, recorded)
	}
}

func (t translation) wrap(body io.ReadCloser) (io.ReadCloser, int64) {
	content, _ := io.ReadAll(body)
	content = withListedMappings(content)
	if t.body != "" && len(content) > 0 {
		content, _ = json.Marshal(map[string]json.RawMessage{t.body: content})
	}
	return io.NopCloser(bytes.NewReader(content)), int64(len(content))
}

// withListedMappings writes the network mappings of a deployment as /rest does: a map is a list of its entries.
func withListedMappings(content []byte) []byte {
	var body struct {
		Target json.RawMessage            `json:"target"`
		Spec   map[string]json.RawMessage `json:"deployment_spec"`
	}
	var mappings map[string]string
	if json.Unmarshal(content, &body) != nil || json.Unmarshal(body.Spec["network_mappings"], &mappings) != nil {
		return content
	}
	entries := []map[string]string{}
	for key, value := range mappings {
		entries = append(entries, map[string]string{"key": key, "value": value})
	}
	body.Spec["network_mappings"], _ = json.Marshal(entries)
	listed, _ := json.Marshal(map[string]any{"target": body.Target, "deployment_spec": body.Spec})
	return listed
}

func (t translation) translate(w http.ResponseWriter, from *httptest.ResponseRecorder) {
	if from.Code >= http.StatusBadRequest {
		t.translateError(w, from)
		return
	}
	var wrapped struct {
		Value json.RawMessage `json:"value"`
	}
	if t.done == http.StatusNoContent || json.Unmarshal(from.Body.Bytes(), &wrapped) != nil || len(wrapped.Value) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(t.done)
	if string(wrapped.Value) == "null" {
		wrapped.Value = json.RawMessage("[]") // the simulator's empty lists
	}
	_, _ = w.Write(wrapped.Value)
}

// translateError keeps what /rest said of it, which often is its type alone.
func (t translation) translateError(w http.ResponseWriter, from *httptest.ResponseRecorder) {
	var said struct {
		Type  string `json:"type"`
		Value struct {
			Messages []struct {
				Text string `json:"default_message"`
			} `json:"messages"`
		} `json:"value"`
	}
	message := strings.TrimSpace(from.Body.String())
	if json.Unmarshal(from.Body.Bytes(), &said) == nil {
		message = said.Type[strings.LastIndex(said.Type, ".")+1:]
		if len(said.Value.Messages) > 0 {
			message = said.Value.Messages[0].Text
		}
	}
	fail(w, true, from.Code, message)
}

// alreadyInDesiredState is a status for ourselves: vSphere answers 400, and names the error.
const alreadyInDesiredState = 499

var errorTypes = map[int]string{
	alreadyInDesiredState:         "ALREADY_IN_DESIRED_STATE",
	http.StatusBadRequest:         "INVALID_ARGUMENT",
	http.StatusUnauthorized:       "UNAUTHENTICATED",
	http.StatusNotFound:           "NOT_FOUND",
	http.StatusServiceUnavailable: "SERVICE_UNAVAILABLE",
}

// fail answers in the way of /api or of /rest.
func fail(w http.ResponseWriter, api bool, status int, message string) {
	kind := errorTypes[status]
	if kind == "" {
		kind = "ERROR"
	}
	if status == alreadyInDesiredState {
		status = http.StatusBadRequest
	}
	messages := []map[string]any{{"id": "vcsim", "default_message": message, "args": []string{}}}
	body := map[string]any{"error_type": kind, "messages": messages}
	if !api {
		body = map[string]any{"type": "com.vmware.vapi.std.errors." + strings.ToLower(kind), "value": map[string]any{"messages": messages}}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
