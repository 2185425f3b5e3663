package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// kinds of inventory objects by their name in REST.
var kinds = map[string][]string{
	"datacenter":    {"Datacenter"},
	"cluster":       {"ClusterComputeResource"},
	"datastore":     {"Datastore"},
	"resource-pool": {"ResourcePool"},
	"folder":        {"Folder"},
	"host":          {"HostSystem"},
	"network":       {"Network", "DistributedVirtualPortgroup"},
	"vm":            {"VirtualMachine"},
}

// routeInventory lists inventory objects by name and datacenter, which the simulator does over SOAP only.
func (v *vcenter) routeInventory(mux *http.ServeMux) {
	for kind, types := range kinds {
		v.route(mux, "GET", "/vcenter/"+kind, func(r *http.Request) (any, int) {
			return v.list(strings.ReplaceAll(kind, "-", "_"), types, r), http.StatusOK
		})
	}
}

// route serves a verb in /rest, and in /api where there is one; the answer is what the function says, with its status.
func (v *vcenter) route(mux *http.ServeMux, method, path string, verb func(*http.Request) (any, int)) {
	serve := func(api bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if !v.authorized(r) {
				fail(w, api, http.StatusUnauthorized, "This method requires authentication.")
				return
			}
			value, status := verb(r)
			if status >= http.StatusBadRequest {
				fail(w, api, status, value.(string))
				return
			}
			if value == nil {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			if !api {
				value = map[string]any{"value": value}
			}
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(value)
		}
	}
	mux.HandleFunc(method+" /rest"+path, serve(false))
	if !v.RestOnly {
		mux.HandleFunc(method+" /api"+path, serve(true))
	}
}

func (v *vcenter) list(key string, ofTypes []string, r *http.Request) []map[string]any {
	names, types := filter(r, "names"), filter(r, "type")
	found := []map[string]any{}
	for _, kind := range ofTypes {
		for _, entity := range v.model.Map().All(kind) {
			above := v.ancestors(entity)
			if !passes(names, entity.Entity().Name) || !passes(filter(r, "datacenters"), above...) || !passes(filter(r, "clusters"), above...) {
				continue
			}
			if parents := filter(r, "parent_folders"); len(parents) > 0 && (len(above) == 0 || above[0] != parents[0]) {
				continue
			}
			if folder, ok := entity.(*simulator.Folder); ok && len(types) > 0 && !slices.Contains(folder.ChildType, "VirtualMachine") {
				continue
			}
			one := map[string]any{key: entity.Reference().Value, "name": entity.Entity().Name}
			if vm, ok := entity.(*simulator.VirtualMachine); ok {
				one["power_state"] = powerState(vm)
			}
			found = append(found, one)
		}
	}
	return found
}

// filter is `names` in /api and `filter.names` in /rest.
func filter(r *http.Request, name string) []string {
	query := r.URL.Query()
	return append(query[name], query["filter."+name]...)
}

func passes(wanted []string, values ...string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(values, func(value string) bool { return slices.Contains(wanted, value) })
}

// ancestors are the ids of everything that the entity is in, nearest first.
func (v *vcenter) ancestors(entity mo.Entity) []string {
	var ids []string
	for parent := entity.Entity().Parent; parent != nil; {
		ids = append(ids, parent.Value)
		next, ok := v.model.Map().Get(*parent).(mo.Entity)
		if !ok {
			break
		}
		parent = next.Entity().Parent
	}
	return ids
}

func (v *vcenter) machine(id string) *simulator.VirtualMachine {
	vm, _ := v.model.Map().Get(types.ManagedObjectReference{Type: "VirtualMachine", Value: id}).(*simulator.VirtualMachine)
	return vm
}

var powerStates = map[types.VirtualMachinePowerState]string{
	types.VirtualMachinePowerStatePoweredOn:  "POWERED_ON",
	types.VirtualMachinePowerStatePoweredOff: "POWERED_OFF",
	types.VirtualMachinePowerStateSuspended:  "SUSPENDED",
}

func powerState(vm *simulator.VirtualMachine) string {
	return powerStates[vm.Runtime.PowerState]
}
