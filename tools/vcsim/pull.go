package main

import (
	"crypto/sha1"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/vapi/library"
)

var (
	errNotFound      = errors.New("not found")
	errNotSubscribed = errors.New("the library is not subscribed to another")
)

// pullLibrary makes a subscribed library hold what its publisher holds; on demand, descriptors only.
func (v *vcenter) pullLibrary(id string) error {
	v.pulls.Lock()
	defer v.pulls.Unlock()
	lib, known, err := v.subscribed(id)
	if err != nil {
		return err
	}
	index, err := fetchIndex(*lib.Subscription)
	if err != nil {
		return err
	}
	onDemand := lib.Subscription.OnDemand != nil && *lib.Subscription.OnDemand
	for _, source := range index.Items {
		copied, ok := known[source.ID]
		delete(known, source.ID)
		if ok && copied.ContentVersion == source.ContentVersion && copied.MetadataVersion == source.MetadataVersion && (copied.Cached || onDemand) {
			continue
		}
		if err := v.copyItem(lib, copied.Item, source, !onDemand); err != nil {
			return err
		}
	}
	v.content.Lock()
	defer v.content.Unlock()
	for _, gone := range known {
		v.content.removeItem(gone.Item)
	}
	now := time.Now().UTC()
	lib.LastSyncTime = &now
	return nil
}

// pullItem makes one item what its source is, with its disks when content is asked for.
func (v *vcenter) pullItem(id string, content bool) error {
	v.pulls.Lock()
	defer v.pulls.Unlock()
	v.content.Lock()
	item, ok := v.content.item(id)
	v.content.Unlock()
	if !ok {
		return errNotFound
	}
	lib, _, err := v.subscribed(item.LibraryID)
	if err != nil {
		return err
	}
	index, err := fetchIndex(*lib.Subscription)
	if err != nil {
		return err
	}
	for _, source := range index.Items {
		if source.ID == item.SourceID {
			return v.copyItem(lib, item.Item, source, content || item.Cached)
		}
	}
	return errNotFound
}

// subscribed gives a library that has a subscription, and its items by the ids of their sources.
func (v *vcenter) subscribed(id string) (*library.Library, map[string]storedItem, error) {
	v.content.Lock()
	defer v.content.Unlock()
	lib := v.content.library(id)
	if lib == nil {
		return nil, nil, errNotFound
	}
	if lib.Subscription == nil {
		return nil, nil, errNotSubscribed
	}
	known := map[string]storedItem{}
	for _, item := range v.content.items(id) {
		known[item.SourceID] = item
	}
	return lib, known, nil
}

// copyItem replaces an item, or adds one when there is none, by what its source is.
func (v *vcenter) copyItem(lib *library.Library, known *library.Item, source publishedItem, content bool) error {
	now := time.Now().UTC()
	item := source.Item
	item.ID, item.SourceID, item.LibraryID = uuid.NewString(), source.ID, lib.ID
	item.CreationTime, item.LastModifiedTime, item.LastSyncTime = &now, &now, &now
	item.Cached = content
	if known != nil {
		item.ID, item.CreationTime = known.ID, known.CreationTime
	}
	v.content.Lock()
	directory := v.content.directory(lib, item.ID)
	v.content.Unlock()
	if err := os.MkdirAll(directory, 0o750); err != nil {
		return err
	}
	files := make([]library.File, 0, len(source.Files))
	for _, published := range source.Files {
		file := published.File
		cached := content || strings.HasSuffix(file.Name, ".ovf") || strings.HasSuffix(file.Name, ".mf")
		file.Cached = &cached
		if cached {
			for _, part := range published.Parts {
				if err := v.copyFile(*lib.Subscription, source.ID+"/"+part, filepath.Join(directory, part)); err != nil {
					return err
				}
			}
		} else {
			file.Size, file.Checksum = new(int64), nil
		}
		files = append(files, file)
	}
	v.content.Lock()
	defer v.content.Unlock()
	v.content.putItem(&item, files)
	return nil
}

func (v *vcenter) copyFile(from library.Subscription, name, path string) error {
	response, err := fetch(from, name)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	n, err := io.Copy(file, response.Body)
	v.counters.pulled(n)
	return errors.Join(err, file.Close())
}

func fetchIndex(from library.Subscription) (published, error) {
	var index published
	response, err := fetch(from, "items.json")
	if err != nil {
		return index, err
	}
	defer response.Body.Close()
	return index, json.NewDecoder(response.Body).Decode(&index)
}

// fetch trusts the certificate with the subscription's thumbprint, and any when there is none: a real vCenter then asks its
// list of trusted authorities, which the simulator does not have.
func fetch(from library.Subscription, name string) (*http.Response, error) {
	address := strings.TrimSuffix(from.SubscriptionURL, "/lib.json") + "/" + name
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if from.AuthenticationMethod == "BASIC" {
		request.SetBasicAuth("vcsp", from.Password)
	}
	verify := func(state tls.ConnectionState) error {
		digest := sha1.Sum(state.PeerCertificates[0].Raw)
		seen := hex.EncodeToString(digest[:])
		if want := strings.ToLower(strings.ReplaceAll(from.SslThumbprint, ":", "")); want != "" && want != seen {
			return fmt.Errorf("the certificate's thumbprint is %s", seen)
		}
		return nil
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true, VerifyConnection: verify},
	}}
	response, err := client.Do(request)
	if err == nil && response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		err = fmt.Errorf("the publisher answers %s to %s", response.Status, address)
	}
	return response, err
}
