/** What the reference says of channels and of what follows from them. */
export const channelProse = {
  channels: `A channel is a name that consumers follow: on every site it points at one release of each of its images. To promote a release is to change a line here.

\`\`\`yaml
imagefleet:channels:
  candidate: { debian-12: latest }
  stable: { debian-12: candidate }
  frozen: { debian-12: 2026.1101.2 }
\`\`\`

\`latest\` is the current release of a stack that builds, and the newest one that has passed its gates and is sealed for all of its image's sites where a stack
never builds (\`build: never\`). A version stays where it is until it is changed. A channel that points at another one follows it; none leads back to itself. Where a
channel points at a release that is [revoked](#revoked), it falls back to the newest one that the stack holds and that is not.

A stack that never builds has the newest release that a channel of the image points at as its current one, and those of the other channels besides; a release that no channel
points at is not taken. Without a channel the image has the newest release of the store. What a channel points at, or has pointed at last, stays registered whatever
\`retain\` says.`,

  promotion: `A channel is moved when every required site has verified the release, site by site: each is read back, and if one fails, those that were moved are moved back.

\`\`\`yaml
imagefleet:promotion:
  stable:
    waves:
      - { sites: [staging-region], pause: 30m }
      - { sites: [all] }
    bestEffort: [edge]
    approval: true
\`\`\`

Waves come one after the other. After its \`pause\` a wave is looked at once more before the next one begins. A site that is named stands in one wave; a group may overlap an
earlier wave. Sites of \`bestEffort\` that no wave has go with the last one.

Where a site's interface has one pointer only (Azure's \`latest\`, a GCP image family, the list of a Glance) the site's \`nativeChannel\` has it: by default the
last of its channels, each of which comes after those that it points at. The other channels are tags, labels or properties there.`,

  approvals: `A promotion that needs approval goes on when a signed file in \`path\` says so. Whose signature counts is said by \`keys\`: it is checked without any network.

\`\`\`yaml
imagefleet:approvals: { path: approvals, keys: [keys/release-managers.asc] }
\`\`\``,

  requests: `A stack that has no way to a channel's sites, or no credentials for them, asks the one that has: \`publish: request\` makes its \`up\` write a request to the store that
both share, signed with its signing key. It names channel, image, version, the digest of the disk, who asks, since when, and until when it counts.

\`\`\`yaml
# images/dev builds, and asks
imagefleet:channels: { stable: { debian-12: candidate }, candidate: { debian-12: latest } }
imagefleet:promotion: { stable: { publish: request } }
\`\`\`

The other stack says in which of its channels requests are carried out, and whose. Waves, approvals and hooks are its own; its next \`up\` moves the channel, and writes to the
store what became of it. See [channels](channels.md#asking-another-stack).

\`\`\`yaml
# images/prod, build: never, has the sites
imagefleet:channels: { stable: { debian-12: request } }
imagefleet:requests: { from: [images/dev], keys: [keys/dev.asc] }
\`\`\``,

  revoked: `A release that must not be used any more is withdrawn by the next \`up\` of every stack that shares the store, whatever else fails in it. Channels that point at it fall back to the newest
release that the stack holds and that is not revoked; with none, the run ends and asks for one. Then the release is withdrawn on each site:

| Site | What becomes of it |
|---|---|
| OpenStack | the image is deactivated and hidden: it stays under its id, and no server is made of it |
| AWS | the AMI is private and deprecated in every region; it is not disabled, since the official resource no longer finds such a one. A copy that was found rather than made is deregistered |
| Azure | the version is excluded from \`latest\`; whoever names it by its number still gets it. A managed image has nothing that could be withdrawn |
| Google Cloud | the image is obsolete, and nobody's besides the project's |
| vSphere, local and Vagrant catalogs | it is removed |

Its bytes stay in the store, and it is no part of what is checked otherwise. What others let in again is drift. Removing the entry restores it; where it was removed it is sent again.

\`\`\`yaml
imagefleet:revoked:
  debian-12:
    2026.1101.2: "CVE-2026-0001: remote code execution in the resolver"
imagefleet:revokedChildren: named
\`\`\`

Releases that are layered on it are named; with \`revokedChildren: revoked\` they are revoked as well.`,

  hooks: `A hook runs a command after a release has been published, or a channel moved. It runs again when the release's digest changes, and must do no harm when it is
run twice. Its output goes to \`.imagefleet/hooks/\`, not into logs or the state. It is not for building, converting, uploading or checking. A secret has no place in
\`run\`: a program here takes it from a variable that \`env\` names, and on another host it logs in with a key of the SSH agent.

\`\`\`yaml
imagefleet:hooks:
  cmdb:
    after: promotion
    channels: [stable]
    run: [./tell-cmdb, "{image}", "{version}", "{channel}"]
    env: [CMDB_TOKEN]
  announce:
    after: publish
    run: [announce-image, "{image}", "{version}"]
    ssh: { host: chat.example.com, user: images, hostKey: "ssh-ed25519 AAAA..." }
\`\`\``,
} as const;
