// vcsim serves simulated vCenters on loopback: govmomi's simulator, plus what its content libraries and REST lack.
//
// IMAGEFLEET_VCSIM holds a JSON array with an object for each vCenter (see settings). When all of them answer, one line of
// JSON says where they are (see ready); they are served until SIGINT or SIGTERM.
//
// What is the simulator's own: SOAP, inventory, sessions, libraries, items, update sessions and transfers, OVF deployment,
// power. What is ours, modelled on the published API of vSphere 8: /api (a translation to /rest, in api.go), look-ups, VMs
// and guests in REST (inventory.go, vm.go), publication and subscription between vCenters (publish.go, subscribe.go),
// SHA-256 sums of uploaded files, faults and counters.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
)

const settingsVariable = "IMAGEFLEET_VCSIM"

// settings of one vCenter.
type settings struct {
	Name     string `json:"name"`
	User     string `json:"user"`
	Password string `json:"password"`
	// Datastores in its one datacenter: LocalDS_0, LocalDS_1... Default 1.
	Datastores int `json:"datastores"`
	// RestOnly makes it of the generation that has /rest but no /api.
	RestOnly bool `json:"restOnly"`
	// Checksums of uploaded files are reported.
	Checksums bool `json:"checksums"`
	// BootMs passes from power-on to tools and an address; less than 0: they never come.
	BootMs int `json:"bootMs"`
}

// ready is the line that says where everything is.
type ready struct {
	Admin    string      `json:"admin"`
	Vcenters []placement `json:"vcenters"`
}

func main() {
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}

func serve() error {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)

	all := []settings{{Name: "vcenter", User: "user", Password: "pass"}}
	if text := os.Getenv(settingsVariable); text != "" {
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			return fmt.Errorf("%s: %w", settingsVariable, err)
		}
	}
	vcenters := make([]*vcenter, 0, len(all))
	said := ready{}
	for _, one := range all {
		v, err := startVcenter(one)
		if err != nil {
			return fmt.Errorf("%s: %w", one.Name, err)
		}
		defer v.stop()
		vcenters = append(vcenters, v)
		said.Vcenters = append(said.Vcenters, v.placement())
	}
	admin := startAdmin(vcenters)
	defer admin.Close()
	said.Admin = admin.URL
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
		return err
	}
	<-stop
	return nil
}
