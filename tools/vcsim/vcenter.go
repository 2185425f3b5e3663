package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"

	_ "github.com/vmware/govmomi/pbm/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
)

// vcenter is one simulated vCenter with a port, a certificate, accounts and an inventory of its own.
type vcenter struct {
	settings
	model       *simulator.Model
	server      *simulator.Server
	certificate tls.Certificate
	content     contentStore
	faults      faults
	counters    counters
	pulls       sync.Mutex // one sync at a time
	boots       boots
	routes      http.Handler // everything that is served, before faults and counters
}

// placement is what a test must know of a vCenter; all names are the simulator's.
type placement struct {
	Name         string   `json:"name"`
	Server       string   `json:"server"`
	Thumbprint   string   `json:"thumbprint"`
	Datacenter   string   `json:"datacenter"`
	Datastores   []string `json:"datastores"`
	ResourcePool string   `json:"resourcePool"`
	Host         string   `json:"host"`
	Folder       string   `json:"folder"`
	Network      string   `json:"network"`
}

func startVcenter(s settings) (*vcenter, error) {
	v := &vcenter{settings: s, model: simulator.VPX()}
	m := v.model
	m.Machine, m.Host, m.Cluster, m.ClusterHost, m.Pool, m.Datastore = 0, 0, 1, 1, 1, max(s.Datastores, 1)
	if err := m.Create(); err != nil {
		return nil, err
	}
	var err error
	if v.certificate, err = selfSigned(s.Name); err != nil {
		return nil, err
	}
	m.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword(s.User, s.Password)}
	m.Service.TLS = &tls.Config{Certificates: []tls.Certificate{v.certificate}}
	m.Service.RegisterEndpoints = true
	v.server = m.Service.NewServer()
	v.content = openContent(m)
	v.server.Config.Handler = v.handler(v.server.Config.Handler)
	return v, nil
}

// handler puts our layers before the simulator, outermost first.
func (v *vcenter) handler(simulated http.Handler) http.Handler {
	rest := v.subscriptions(v.transfers(simulated))
	mux := http.NewServeMux()
	mux.Handle("/", rest)
	mux.Handle("/cls/vcsp/lib/", v.publisher())
	v.routeInventory(mux)
	v.routeMachines(mux)
	if !v.RestOnly {
		routeAPI(mux, rest)
	}
	v.routes = mux
	return v.counters.count(v.faults.inject(v, mux))
}

func (v *vcenter) stop() {
	v.faults.clear()
	v.server.CloseClientConnections()
	v.server.Close()
	v.model.Remove()
}

func (v *vcenter) placement() placement {
	digest := sha256.Sum256(v.certificate.Certificate[0])
	p := placement{
		Name: v.Name, Server: v.server.URL.Host, Thumbprint: hex.EncodeToString(digest[:]),
		Datacenter: "DC0", ResourcePool: "DC0_C0_RP1", Host: "DC0_C0_H0", Folder: "vm", Network: "VM Network",
	}
	for _, entity := range v.model.Map().All("Datastore") {
		p.Datastores = append(p.Datastores, entity.Entity().Name)
	}
	return p
}

// selfSigned makes a certificate like that of a vCenter whose authority nobody was told of.
func selfSigned(name string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(7 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}
