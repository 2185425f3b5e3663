package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"

	"github.com/vmware/govmomi/vapi/library"
	"github.com/vmware/govmomi/vapi/rest"
)

const (
	sessionHeader = "vmware-api-session-id"
	dataPath      = "/rest/com/vmware/cis/data/"
)

// transfers watches uploads of files: it counts and sums them, and lets them fail:
//
//	upload-cut              the connection breaks after AfterBytes
//	upload-session-expires  every REST session ends after AfterBytes, and the upload is refused
//	datastore-full          refused after AfterBytes; the update session ends in error
func (v *vcenter) transfers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target, ok := strings.CutPrefix(r.URL.Path, dataPath)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		v.authorizeTransfer(r)
		if r.Method != http.MethodPut {
			next.ServeHTTP(w, r)
			return
		}
		transfer, file, _ := strings.Cut(target, "/")
		v.counters.uploaded(1, 0)
		if one, ok := v.faults.take(func(f *fault) bool { return isUploadFault(f.Kind) && strings.Contains(file, f.File) }); ok {
			taken, _ := io.CopyN(io.Discard, r.Body, one.AfterBytes)
			v.counters.uploaded(0, taken)
			v.failUpload(w, transfer, one)
			return
		}
		body := &summedBody{ReadCloser: r.Body, counters: &v.counters, sum: sha256.New()}
		r.Body = body
		next.ServeHTTP(w, r)
		v.keepChecksum(transfer, file, hex.EncodeToString(body.sum.Sum(nil)))
	})
}

func isUploadFault(kind string) bool {
	return kind == "upload-cut" || kind == "upload-session-expires" || kind == "datastore-full"
}

// authorizeTransfer gives a transfer without a session one. On a real vCenter the address of a transfer is its credential,
// and old clients send no session there; the simulator asks for one, of anybody.
func (v *vcenter) authorizeTransfer(r *http.Request) {
	if r.Header.Get(sessionHeader) != "" {
		return
	}
	transfer, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, dataPath), "/")
	v.content.Lock()
	defer v.content.Unlock()
	if session, _ := v.content.updateOf(transfer); session != nil {
		r.Header.Set(sessionHeader, session.ID) // the simulator takes an update session for one
	}
}

func (v *vcenter) failUpload(w http.ResponseWriter, transfer string, one fault) {
	switch one.Kind {
	case "upload-cut":
		breakConnection(w)
	case "upload-session-expires":
		v.expireSessions()
		http.Error(w, "the session has expired", http.StatusUnauthorized)
	case "datastore-full":
		message := fmt.Sprintf("Insufficient disk space on datastore '%s'.", v.placement().Datastores[0])
		v.content.Lock()
		if session, file := v.content.updateOf(transfer); session != nil {
			why := &rest.LocalizableMessage{ID: "com.vmware.vdcs.cls-main.insufficient_disk_space", DefaultMessage: message}
			session.State, session.ErrorMessage = "ERROR", why
			file.Status, file.ErrorMessage = "ERROR", why
		}
		v.content.Unlock()
		http.Error(w, message, http.StatusInternalServerError)
	}
}

// keepChecksum reports what came over the wire. The simulator has no sums, and its stored disks are not those bytes.
func (v *vcenter) keepChecksum(transfer, name, digest string) {
	if !v.Checksums {
		return
	}
	v.content.Lock()
	defer v.content.Unlock()
	session, _ := v.content.updateOf(transfer)
	if session == nil {
		return
	}
	if item, ok := v.content.item(session.LibraryItemID); ok {
		setChecksum(item, name, digest)
	}
}

func setChecksum(item storedItem, name, digest string) bool {
	for i := range *item.Files {
		if file := &(*item.Files)[i]; file.Name == name {
			file.Checksum = &library.Checksum{Algorithm: "SHA256", Checksum: digest}
			return true
		}
	}
	return false
}

type summedBody struct {
	io.ReadCloser
	counters *counters
	sum      hash.Hash
}

func (b *summedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.counters.uploaded(0, int64(n))
	_, _ = b.sum.Write(p[:n])
	return n, err
}
