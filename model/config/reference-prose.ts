import { targets } from "#model/config/targets";

/** What the reference says around its tables. */
export const prose = {
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
        scripts: [debian/settings]
        variables: { users: [{ name: vagrant, sudo: true }] }
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
\`\`\``,

  groups: `A group is a list of sites and of other groups, to be named wherever sites are. \`all\` is every site. A group has a name that no site has, and does not
contain itself.

\`\`\`yaml
imagefleet:groups:
  offices: [berlin, hamburg]
  germany: [offices, frankfurt]
\`\`\``,

  defaults: `\`imagefleet:defaults.images\` and \`imagefleet:defaults.sites.<kind>\` give what an image, or a site of a kind, does not say itself. A list replaces a list;
\`resources\` are merged one by one. A site's kind has the settings of its section above.

\`\`\`yaml
imagefleet:defaults:
  images: { epoch: "2026-11-01", retain: 2 }
  sites:
    local: { path: "/srv/images/{site}" }
\`\`\``,
} as const;
