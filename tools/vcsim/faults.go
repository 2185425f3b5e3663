package main

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// fault is something that goes wrong until it is cleared, or Times times.
type fault struct {
	// Kind: see inject (of any request) and transfers.go (of uploads).
	Kind string `json:"kind"`
	// AfterBytes of an upload are taken first.
	AfterBytes int64 `json:"afterBytes"`
	// Times that it happens; 0: until cleared.
	Times int `json:"times"`
	// File that it concerns, by a part of its name; empty: any.
	File string `json:"file"`
}

type faults struct {
	sync.Mutex
	active  []*fault
	cleared chan struct{}
}

func (f *faults) add(one fault) {
	f.Lock()
	defer f.Unlock()
	if f.cleared == nil {
		f.cleared = make(chan struct{})
	}
	f.active = append(f.active, &one)
}

func (f *faults) clear() {
	f.Lock()
	defer f.Unlock()
	if f.cleared != nil {
		close(f.cleared)
	}
	f.active, f.cleared = nil, nil
}

// take uses up one occurrence of the first active fault that fits.
func (f *faults) take(fits func(*fault) bool) (fault, bool) {
	f.Lock()
	defer f.Unlock()
	for i, one := range f.active {
		if !fits(one) {
			continue
		}
		taken := *one
		if one.Times > 0 {
			if one.Times--; one.Times == 0 {
				f.active = append(f.active[:i:i], f.active[i+1:]...)
			}
		}
		return taken, true
	}
	return fault{}, false
}

func (f *faults) waitCleared(r *http.Request) {
	f.Lock()
	cleared := f.cleared
	f.Unlock()
	select {
	case <-cleared:
	case <-r.Context().Done():
	}
}

// inject lets whole requests fail:
//
//	reset            the connection breaks when a request comes
//	hang             no request is answered until the fault is cleared
//	error            503
//	expire-sessions  every REST session ends, as after an idle half hour, and then the request is served
func (f *faults) inject(v *vcenter, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one, ok := f.take(func(f *fault) bool {
			return f.Kind == "reset" || f.Kind == "hang" || f.Kind == "error" || f.Kind == "expire-sessions"
		})
		if ok {
			switch one.Kind {
			case "reset":
				breakConnection(w)
				return
			case "hang":
				f.waitCleared(r)
				return
			case "error":
				http.Error(w, "503 Service Unavailable (Failed to connect to endpoint)", http.StatusServiceUnavailable)
				return
			case "expire-sessions":
				v.expireSessions()
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (v *vcenter) expireSessions() {
	v.content.Lock()
	defer v.content.Unlock()
	clear(v.content.sessions())
}

// breakConnection ends it without a word, as a firewall or a crash does.
func breakConnection(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if connection, _, err := hijacker.Hijack(); err == nil {
			if tcp, ok := connection.(interface{ NetConn() net.Conn }); ok {
				if raw, ok := tcp.NetConn().(*net.TCPConn); ok {
					_ = raw.SetLinger(0)
				}
			}
			_ = connection.SetDeadline(time.Now())
			_ = connection.Close()
			return
		}
	}
	panic(http.ErrAbortHandler) // HTTP/2: the stream is reset
}
