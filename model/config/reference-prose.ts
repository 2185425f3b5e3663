import { channelProse } from "#model/config/reference-prose-channels";
import { targets } from "#model/config/targets";
import { formatKinds, type FormatKind } from "#model/format";
import { severities } from "#model/severity";

const severityList = severities.map((name) => `\`${name}\``).join(", ");

const meanings: Readonly<Record<FormatKind, string>> = {
  raw: "the disk as it is, sparse", qcow2: "QEMU, KVM, Proxmox, OpenStack; compressed", vhd: "Azure: fixed, in whole MiB", vhdx: "Hyper-V",
  ova: "VMware and VirtualBox: a stream-optimized VMDK with its OVF; hardware version 15, manifest in SHA-256", gce: "Google Cloud: `disk.raw` in a tar.gz",
  "vagrant-libvirt": "a Vagrant box for libvirt", "vagrant-virtualbox": "a Vagrant box for VirtualBox",
  rootfs: "the root file system as tar.gz: `docker import`", oci: "the root file system as an OCI image layout: `skopeo copy oci-archive:...`",
  netboot: "kernel, initrd and root file system as squashfs",
};

/** What the reference says around its tables. */
export const prose = {
  ...channelProse,

  top: `<!-- Generated from model/config by \`npm run schema\`. Change it there. -->

# Configuration

A stack is configured by its file, \`Pulumi.<stack>.yaml\`, under \`config:\`. \`Pulumi.dev.yaml\` is small and works as it is;
\`Pulumi.prod.yaml\` shows everything there is. The first line of each names the JSON Schema, so editors that speak to
yaml-language-server complete and check while you type.

The whole configuration is checked before anything runs, and all faults are reported at once. A path in a message, such as
\`imagefleet:images.debian-12.epoch\`, is also what \`pulumi config set --path\` takes.

Names of images, sites and groups have lower-case letters, digits and hyphens, start with a letter, do not end with a hyphen, and are at most 40
characters long, so that they are valid in file names and in every cloud.`,

  settings: "What a stack consists of. All of it is optional.",

  images: `An image is built from an operating system (\`os\`) or layered on another image (\`parent\`); exactly one of the two is set.

\`\`\`yaml
imagefleet:images:
  debian-12:
    os: debian/debian-12-x86_64
    epoch: "2026-11-01"
    sites: [laptop]
  debian-12-web:
    parent: debian-12
    scripts: [web-server]
    sites: [laptop]
\`\`\`

The **epoch** becomes the release's version: \`2026-11-01\` gives \`2026.1101.1\`, then \`2026.1101.2\`. Quote it: YAML reads an unquoted date
as a time. It is understood all the same. An image without an epoch takes that of [defaults](#defaults), else its parent's.`,

  targets: `An image may have layered children, one for each target: ${targets.map((name) => `\`${name}\``).join(", ")}. The child of
\`debian-12\` for \`vagrant\` is the image \`debian-12-vagrant\`; its parent is \`debian-12\`, and it takes over epoch, \`retain\`, resources, owner and
team. Sites of the image whose kind is the target take the child in place of the image; \`sites\` of a target are further ones.

\`\`\`yaml
imagefleet:images:
  debian-12:
    os: debian/debian-12-x86_64
    epoch: "2026-11-01"
    sites: [all]
    targets:
      vagrant:
        scripts: [targets/vagrant]
        sites: [laptop]
\`\`\``,

  resources: "The default of each comes from [defaults](#defaults) where that has one.",

  variables: `Variables reach scripts as environment variables in upper case (\`locale\` is \`LOCALE\`) and shape the image: changing one rebuilds it. A name has
lower-case letters, digits and underscores. A value is text, a number, true or false, a list or a map.

\`imagefleet:variables\` are those of the whole fleet: an image takes the ones that its OS and scripts declare. \`variables\` of an image go over its
parent's, and those over the fleet's; one that nothing declares is a fault.`,

  secrets: `\`secrets\` of an image name environment variables whose values its scripts see under the same names, such as a subscription key. The values come from
the environment of the run and are kept nowhere: not in the state, a log, an argument list, a release or the image. They do not shape the image, so
changing one rebuilds nothing. A variable must not have the same name in upper case. Never put a value in the stack file.`,

  sites: `A site is a place that serves images. Its \`kind\` decides which settings it has.

\`\`\`yaml
imagefleet:sites:
  laptop: { kind: local, path: .imagefleet/site }
\`\`\`

An OpenStack region's credentials are those of the entry in clouds.yaml. A vCenter's come from the environment; settings of a boundary are those of its
vCenters that do not say otherwise, so a vCenter is a line.

\`\`\`yaml
imagefleet:sites:
  otc-eu-de: { kind: openstack, cloud: otc, region: eu-de }
  offices:
    kind: vsphere
    credentials: OFFICES_VC
    datacenter: offices
    datastore: images
    publishers:
      - name: vc01
        server: vc01.offices.example.com
        subscribers:
          - { name: vc02, server: vc02.offices.example.com }
          - { name: vc03, server: vc03.offices.example.com, download: on-demand }
      # What is older than ESXi 6.5 reads another OVA.
      - { name: vc55, server: vc55.offices.example.com, format: ova-vmx-10-sha1 }
\`\`\`

Public clouds take the credentials of their usual chains. Ids of AWS accounts are quoted: YAML drops zeros in front.

\`\`\`yaml
imagefleet:sites:
  aws-main:
    kind: aws
    account: "012345678901"
    region: eu-central-1
    copyTo: [eu-west-1, us-east-1]
    shareWith:
      - "109876543210"
      # Tags are written there, too.
      - { account: "210987654321", role: "arn:aws:iam::210987654321:role/image-tags" }
      - arn:aws:organizations::012345678901:ou/o-a1b2c3d4e5/ou-ab12-34567890
  azure-main:
    kind: azure
    subscription: 5f1e0c6a-2b7d-4c39-9a84-d0e6b1f7c258
    resourceGroup: images
    location: westeurope
    storageAccount: imagesincoming
    gallery: fleet
    replicateTo: [northeurope, { region: swedencentral, replicas: 3 }]
  gcp-main:
    kind: gcp
    project: images-prod
    bucket: images-prod-import
    storageLocations: [eu]
    members: ["group:builders@example.com"]
\`\`\`

Deprecation and end of life are counted in days from the release's epoch, the date in its version: every run says the same.

A site may not be called \`all\`, nor like a kind of resource: \`hold\`, \`inspection\`, \`format\`, \`publication\`, \`channel\`, \`revocation\` or \`hook\`.`,

  formats: `A release's disk is turned into every format that some site of its image takes, once each, after the gates have passed; each format is
sealed on its own. A local site names its formats; a Vagrant site has those of its providers, an OpenStack region its
\`format\`, a boundary those of its publishers, an AWS account \`raw\`, Azure \`vhd\`, and Google Cloud \`gce\`.

| Format | What it is for |
|---|---|
${formatKinds.map((kind) => `| \`${kind}\` | ${meanings[kind]} |`).join("\n")}
| \`ova-vmx-<version>[-sha1]\` | an OVA of another virtual hardware version, 8 to 22, its manifest in SHA-256 or SHA-1: \`ova-vmx-10-sha1\` is read by ESXi 5.5 |

\`\`\`yaml
imagefleet:sites:
  laptop: { kind: local, path: .imagefleet/site, formats: [qcow2, ova, vhd, gce] }
  boxes: { kind: vagrant, path: /srv/boxes, providers: [libvirt, virtualbox], url: "https://boxes.example.com" }
\`\`\``,

  groups: `A group is a list of sites and of other groups, to be named wherever sites are. \`all\` is every site. A group has a name that no site has, and does not
contain itself.

\`\`\`yaml
imagefleet:groups:
  offices: [berlin, hamburg]
  germany: [offices, frankfurt]
\`\`\``,

  defaults: `\`imagefleet:defaults.images\` and \`imagefleet:defaults.sites.<kind>\` give what an image, or a site of a kind, does not say itself. A list replaces a list;
\`resources\` and \`gates\` are merged one by one. A site's kind has the settings of its section above.

\`\`\`yaml
imagefleet:defaults:
  images: { epoch: "2026-11-01", retain: 2 }
  sites:
    local: { path: "/srv/images/{site}" }
\`\`\``,

  gates: `A release must pass its gates before any site gets a byte of it. Boot, hygiene and packages always count; compliance and scanners where they
are configured. Each check has an id (\`hygiene/machine-id\`) and each finding a severity: ${severityList}.
A finding that is at least as severe as the gate's \`failOn\`, and not [waived](#waivers), fails the release. Where one
gate fails the others run all the same, so that everything is told at once. Findings, passed or failed, are stored with the release as JSON, JUnit
XML and a readable page.

\`imagefleet:gates\` counts for every image; \`gates\` of [defaults](#defaults), of an image and of a target go over it, in this order, setting by setting and
scanners by name. A changed setting inspects the current release again; it does not rebuild it.

\`\`\`yaml
imagefleet:gates:
  boot: { buses: [virtio, scsi], kernelArguments: ["console=ttyS0"], throughput: 500 }
  compliance:
    content: /usr/share/xml/scap/ssg/content/ssg-debian12-ds.xml
    profile: xccdf_org.ssgproject.content_profile_standard
  scanners:
    trivy:
      command: [trivy, rootfs, --format, json, --output, "{output}", --offline-scan, --skip-db-update, "{root}"]
      report: trivy
      maxDataAge: 7
      dataAge: [trivy, version, --format, json]
    grype:
      command: [grype, "sbom:{sbom}", -o, json]
      report: grype
      failOn: critical
\`\`\``,

  waivers: `A waiver accepts a finding for a time, for a reason. Its last day is \`expires\`. An expired waiver fails the image's checks, whether its finding is
still there or not, until it is extended or removed: what is accepted is looked at again. A waived finding stays in the evidence, with reason and date; a
waiver that names no check of the inspection is pointed out.

\`\`\`yaml
imagefleet:waivers:
  - rule: hygiene/password-hash
    image: debian-12-vagrant
    place: "/etc/shadow:vagrant"
    reason: Vagrant logs in with its well-known password
    expires: "2027-06-30"
\`\`\``,

  seal: `Every format, and the evidence of the gates, is sealed: its SHA256SUMS has a detached OpenPGP signature, and an in-toto statement binds it to the disk
that was built. Without a key nothing is published. The key is never kept in the state, a log or the store.

\`\`\`yaml
imagefleet:seal:
  key: .imagefleet/signing-key.asc
  createKey: true
  trust: [keys/release-team.asc]
\`\`\``,
} as const;
