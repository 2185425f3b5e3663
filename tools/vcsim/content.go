package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vapi/library"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vim25/types"
)

// contentStore reads and writes the simulator's libraries. Their container types are not exported, their fields are; so
// reflection is the way in that needs no copy of the simulator. Callers hold the lock.
type contentStore struct {
	sync.Locker
	fields reflect.Value
	model  *simulator.Model
}

func openContent(m *simulator.Model) contentStore {
	handler, _ := m.Service.ServeMux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: rest.Path + "/"}})
	return contentStore{handler.(sync.Locker), reflect.ValueOf(handler).Elem(), m}
}

// sessions are those of REST, by id.
func (c contentStore) sessions() map[string]*rest.Session {
	return c.fields.FieldByName("Session").Interface().(map[string]*rest.Session)
}

func (c contentStore) container(libraryID string) (reflect.Value, bool) {
	found := c.fields.FieldByName("Library").MapIndex(reflect.ValueOf(libraryID))
	return found, found.IsValid()
}

func (c contentStore) library(id string) *library.Library {
	found, ok := c.container(id)
	if !ok {
		return nil
	}
	return found.Elem().FieldByName("Library").Interface().(*library.Library)
}

// storedItem gives access to an item and its files as the simulator keeps them.
type storedItem struct {
	*library.Item
	Files *[]library.File
}

func (c contentStore) items(libraryID string) map[string]storedItem {
	all := map[string]storedItem{}
	found, ok := c.container(libraryID)
	if !ok {
		return all
	}
	for entries := found.Elem().FieldByName("Item").MapRange(); entries.Next(); {
		item := entries.Value().Elem()
		all[entries.Key().String()] = storedItem{
			item.FieldByName("Item").Interface().(*library.Item),
			item.FieldByName("File").Addr().Interface().(*[]library.File),
		}
	}
	return all
}

// item finds an item in whatever library it is.
func (c contentStore) item(id string) (storedItem, bool) {
	for _, key := range c.fields.FieldByName("Library").MapKeys() {
		if item, ok := c.items(key.String())[id]; ok {
			return item, true
		}
	}
	return storedItem{}, false
}

func (c contentStore) putItem(item *library.Item, files []library.File) {
	found, ok := c.container(item.LibraryID)
	if !ok {
		return // deleted meanwhile
	}
	items := found.Elem().FieldByName("Item")
	stored := reflect.New(items.Type().Elem().Elem())
	stored.Elem().FieldByName("Item").Set(reflect.ValueOf(item))
	stored.Elem().FieldByName("File").Set(reflect.ValueOf(files))
	items.SetMapIndex(reflect.ValueOf(item.ID), stored)
}

func (c contentStore) removeItem(item *library.Item) {
	if found, ok := c.container(item.LibraryID); ok {
		found.Elem().FieldByName("Item").SetMapIndex(reflect.ValueOf(item.ID), reflect.Value{})
	}
}

// updateOf finds the session to which the transfer of a file belongs.
func (c contentStore) updateOf(transfer string) (*library.Session, *library.UpdateFile) {
	for entries := c.fields.FieldByName("Update").MapRange(); entries.Next(); {
		files := entries.Value().FieldByName("File").Interface().(map[string]*library.UpdateFile)
		if file, ok := files[transfer]; ok {
			return entries.Value().FieldByName("Session").Interface().(*library.Session), file
		}
	}
	return nil, nil
}

// directory is where the simulator keeps an item's files.
func (c contentStore) directory(lib *library.Library, itemID string) string {
	store := c.model.Map().Get(types.ManagedObjectReference{Type: "Datastore", Value: lib.Storage[0].DatastoreID}).(*simulator.Datastore)
	return filepath.Join(store.Info.GetDatastoreInfo().Url, "contentlib-"+lib.ID, itemID)
}

// uploading: somebody is still adding files to the item.
func (c contentStore) uploading(itemID string) bool {
	for entries := c.fields.FieldByName("Update").MapRange(); entries.Next(); {
		session := entries.Value().FieldByName("Session").Interface().(*library.Session)
		if session.LibraryItemID == itemID && session.State == "ACTIVE" {
			return true
		}
	}
	return false
}
