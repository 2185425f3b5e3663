package main

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// counters of one vCenter.
type counters struct {
	sync.Mutex
	// Uploads are transfers of files to it, finished or not.
	Uploads int `json:"uploads"`
	// UploadedBytes are bodies of uploads, as far as they were read.
	UploadedBytes int64 `json:"uploadedBytes"`
	// PulledBytes are files that its subscribed libraries fetched from publishers.
	PulledBytes int64 `json:"pulledBytes"`
	// Requests by method and path, ids replaced: `GET /api/content/library/{id}`.
	Requests map[string]int `json:"requests"`
}

var ids = regexp.MustCompile(`(id:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/[^/]+\.[a-z]+)?|\bvm-[0-9]+\b`)

func (c *counters) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Method + " " + ids.ReplaceAllString(r.URL.Path, "{id}")
		query := r.URL.Query()
		for _, key := range []string{"action", "~action"} {
			if action := query.Get(key); action != "" {
				name += "?" + strings.TrimPrefix(key, "~") + "=" + action
			}
		}
		c.Lock()
		if c.Requests == nil {
			c.Requests = map[string]int{}
		}
		c.Requests[name]++
		c.Unlock()
		next.ServeHTTP(w, r)
	})
}

func (c *counters) uploaded(files int, bytes int64) {
	c.Lock()
	defer c.Unlock()
	c.Uploads += files
	c.UploadedBytes += bytes
}

func (c *counters) pulled(bytes int64) {
	c.Lock()
	defer c.Unlock()
	c.PulledBytes += bytes
}

func (c *counters) reset() {
	c.Lock()
	defer c.Unlock()
	c.Uploads, c.UploadedBytes, c.PulledBytes, c.Requests = 0, 0, 0, nil
}
