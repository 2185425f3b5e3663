// vcsim serves a simulated vCenter, with content libraries, on loopback until it is told to stop.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/vmware/govmomi/simulator"

	_ "github.com/vmware/govmomi/pbm/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
)

const sessionHeader = "vmware-api-session-id"

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address and port; port 0 takes a free one")
	flag.Parse()
	if err := serve(*listen); err != nil {
		log.Fatal(err)
	}
}

// serve prints the address once requests are answered, and returns when a signal asks for it.
func serve(listen string) error {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)

	model := simulator.VPX()
	model.Machine, model.Host, model.Cluster, model.ClusterHost = 0, 1, 1, 1
	if err := model.Create(); err != nil {
		return err
	}
	defer model.Remove()
	model.Service.Listen = &url.URL{Host: listen, User: url.UserPassword("user", "pass")}
	model.Service.TLS = new(tls.Config)
	model.Service.RegisterEndpoints = true
	server := model.Service.NewServer()
	defer server.Close()
	server.Config.Handler = withTransferSession(server.Config.Handler)
	fmt.Println(server.URL)
	<-stop
	return nil
}

// withTransferSession hands the last session seen to transfers that carry none. On a real vCenter the transfer's address
// is the credential, and the provider's client sends no session header there; the simulator asks for one.
func withTransferSession(next http.Handler) http.Handler {
	var last atomic.Value
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if id := r.Header.Get(sessionHeader); id != "" {
			last.Store(id)
		} else if id, ok := last.Load().(string); ok && strings.HasPrefix(r.URL.Path, "/rest/com/vmware/cis/data/") {
			r.Header.Set(sessionHeader, id)
		}
		next.ServeHTTP(w, r)
	})
}
