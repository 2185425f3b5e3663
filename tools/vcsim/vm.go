package main

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/vmware/govmomi/object"
	vapi "github.com/vmware/govmomi/vapi/simulator"
	"github.com/vmware/govmomi/vim25"
)

// boots remembers when VMs were powered on. There is no guest: one is said to have booted when BootMs have passed.
type boots struct {
	sync.Mutex
	since map[string]time.Time
}

func (b *boots) begin(id string) {
	b.Lock()
	defer b.Unlock()
	if b.since == nil {
		b.since = map[string]time.Time{}
	}
	b.since[id] = time.Now()
}

func (b *boots) over(id string, after int) bool {
	b.Lock()
	defer b.Unlock()
	since, ok := b.since[id]
	return ok && after >= 0 && time.Since(since) >= time.Duration(after)*time.Millisecond
}

// routeMachines gives VMs their verbs in REST. Power and deletion are the simulator's, over SOAP.
func (v *vcenter) routeMachines(mux *http.ServeMux) {
	with := func(verb func(id string, r *http.Request) (any, int)) func(*http.Request) (any, int) {
		return func(r *http.Request) (any, int) {
			id := r.PathValue("vm")
			if v.machine(id) == nil {
				return "Virtual machine with identifier '" + id + "' does not exist.", http.StatusNotFound
			}
			return verb(id, r)
		}
	}
	v.route(mux, "GET", "/vcenter/vm/{vm}", with(func(id string, _ *http.Request) (any, int) {
		return map[string]any{"name": v.machine(id).Name, "power_state": powerState(v.machine(id))}, http.StatusOK
	}))
	v.route(mux, "DELETE", "/vcenter/vm/{vm}", with(func(id string, _ *http.Request) (any, int) { return v.act(id, "delete") }))
	v.route(mux, "GET", "/vcenter/vm/{vm}/power", with(func(id string, _ *http.Request) (any, int) {
		return map[string]any{"state": powerState(v.machine(id))}, http.StatusOK
	}))
	// actions are part of the path in /rest, a parameter in /api
	v.route(mux, "POST", "/vcenter/vm/{vm}/power", with(func(id string, r *http.Request) (any, int) { return v.act(id, r.URL.Query().Get("action")) }))
	v.route(mux, "POST", "/vcenter/vm/{vm}/power/{action}", with(func(id string, r *http.Request) (any, int) { return v.act(id, r.PathValue("action")) }))
	v.route(mux, "GET", "/vcenter/vm/{vm}/tools", with(func(id string, _ *http.Request) (any, int) {
		state := "NOT_RUNNING"
		if v.booted(id) {
			state = "RUNNING"
		}
		return map[string]any{"run_state": state, "version_status": "GUEST_MANAGED", "auto_update_supported": false}, http.StatusOK
	}))
	v.route(mux, "GET", "/vcenter/vm/{vm}/guest/identity", with(func(id string, _ *http.Request) (any, int) {
		if !v.booted(id) {
			return "VMware Tools is not running.", http.StatusServiceUnavailable
		}
		return map[string]any{
			"name": "OTHER_LINUX_64", "family": "LINUX", "host_name": v.machine(id).Name, "ip_address": "192.0.2.10",
			"full_name": map[string]any{"default_message": "Other Linux (64-bit)", "id": "vcsim", "args": []string{}},
		}, http.StatusOK
	}))
}

func (v *vcenter) booted(id string) bool {
	return powerState(v.machine(id)) == "POWERED_ON" && v.boots.over(id, v.BootMs)
}

func (v *vcenter) act(id, action string) (any, int) {
	if done := map[string]string{"start": "POWERED_ON", "stop": "POWERED_OFF"}; powerState(v.machine(id)) == done[action] {
		return "Virtual machine is already in the desired power state.", alreadyInDesiredState
	}
	err := vapi.WithClient(*v.server.URL, func(ctx context.Context, c *vim25.Client) error {
		vm := object.NewVirtualMachine(c, v.machine(id).Self)
		var task *object.Task
		var err error
		switch action {
		case "start":
			task, err = vm.PowerOn(ctx)
		case "stop":
			task, err = vm.PowerOff(ctx)
		case "delete":
			task, err = vm.Destroy(ctx)
		default:
			return errNotFound
		}
		if err != nil {
			return err
		}
		return task.Wait(ctx)
	})
	if err != nil {
		return err.Error(), http.StatusInternalServerError
	}
	if action == "start" {
		v.boots.begin(id)
	}
	return nil, http.StatusNoContent
}
