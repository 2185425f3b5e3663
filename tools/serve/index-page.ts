import prettyBytes from "pretty-bytes";
import { formatPath, indexPath, recordName } from "#providers/local-catalog/layout";
import type { Marker } from "#providers/local-catalog/marker";

export interface ListedImage {
  readonly image: string;
  /** Newest release first, formats by name. */
  readonly published: readonly Marker[];
  /** Version that `latest` points at. */
  readonly latest?: string;
  /** Versions by channel. */
  readonly channels?: Readonly<Record<string, string>>;
}

/** The catalog for people: one self-contained page. */
export function indexPage(site: string, images: readonly ListedImage[]): string {
  const body = images.length === 0 ? "<p>Nothing is published here yet: <code>npm run up</code></p>" : images.map(section).join("\n");
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Images on ${escape(site)}</title><style>${style}</style></head>
<body>
<h1>Images on ${escape(site)}</h1>
${body}
<footer>For programs: <a href="/${indexPath}">simplestreams index</a></footer>
</body>
</html>
`;
}

function section({ image, published, latest, channels = {} }: ListedImage): string {
  const names = (version: string) => [...(version === latest ? ["latest"] : []), ...Object.keys(channels).filter((channel) => channels[channel] === version)];
  const os = published[0]?.os;
  const releases = [...Map.groupBy(published, ({ version }) => version)];
  return `<section>
<h2>${escape(image)}</h2>${os ? `<p>${escape(`${os.family} ${os.release}, ${os.arch}`)}</p>` : ""}
<table>
<thead><tr><th>Version</th><th>Format</th><th class="number">Size</th><th>Seal</th><th>Published (UTC)</th><th>SHA-256</th></tr></thead>
${releases.map(([version, formats]) => `<tbody>\n${rows(formats, names(version))}\n</tbody>`).join("\n")}
</table>
</section>`;
}

function rows(formats: readonly Marker[], names: readonly string[]): string {
  return formats.map((one, index) => {
    const version = `<td rowspan="${formats.length}">${escape(one.version)}${names.map((name) => ` <b>${escape(name)}</b>`).join("")}<br><small>disk of ${size(one.virtualBytes)}</small></td>`;
    return `<tr>${index === 0 ? version : ""}${row(one)}</tr>`;
  }).join("\n");
}

function row(published: Marker): string {
  const { format, publishedAt, artifact, documents } = published;
  const link = (name: string, text: string) => `<a href="${href(`${formatPath(published)}/${name}`)}">${escape(text)}</a>`;
  const seal = documents.filter(({ name }) => name !== recordName).map(({ name }) => link(name, name));
  return `<td>${link(artifact.name, format)}</td><td class="number">${size(artifact.bytes)}</td><td class="seal">${seal.join(" ")}</td>` +
    `<td>${escape(publishedAt.slice(0, 16).replace("T", " "))}</td><td><code>${escape(artifact.sha256)}</code></td>`;
}

const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent) }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
section { overflow-x: auto; margin: 2rem 0 }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 0 } p { margin: 0; opacity: .75 }
table { border-collapse: collapse; width: 100%; margin-top: .5rem }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums }
tbody tr:last-child td { border-bottom: 2px solid var(--line) }
.seal { white-space: normal; font-size: .85rem }
code { font-size: .8rem; white-space: normal; word-break: break-all; display: inline-block; min-width: 16rem }
b { font-size: .75rem; font-weight: 600; border: 1px solid var(--line); border-radius: 1em; padding: 0 .5em }
`;

function size(bytes: number): string {
  return escape(prettyBytes(bytes, { binary: true }));
}

function href(path: string): string {
  return `/${path.split("/").map(encodeURIComponent).join("/")}`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
