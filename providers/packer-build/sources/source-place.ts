import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { FleetError } from "#model/errors";

/** Where a source or a signature is: on this machine, or behind http(s). */
export type SourcePlace = { readonly kind: "file"; readonly path: string } | { readonly kind: "http"; readonly url: URL };

/** @throws FleetError for anything but an absolute path, a file: URL or an http(s) URL. */
export function sourcePlace(text: string, action: string): SourcePlace {
  if (isAbsolute(text)) return { kind: "file", path: text };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return { kind: "http", url };
  if (url?.protocol === "file:" && (url.host === "" || url.host === "localhost")) return { kind: "file", path: fileURLToPath(`file://${url.pathname}`) };
  throw new FleetError({
    action,
    place: url ? shownUrl(url) : text,
    cause: url ? `${url.protocol.slice(0, -1)} is not a way to get a source` : "it is neither an absolute path nor a URL",
    hint: "give an absolute path, or a URL that starts with file:, http: or https:",
  });
}

/** A URL as it may be shown: its credentials and its query (signed links carry tokens there) are left out. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = shown.password = shown.hash = "";
  shown.search = url.search ? "?..." : "";
  return shown.href;
}

export function shownPlace(place: SourcePlace): string {
  return place.kind === "file" ? place.path : shownUrl(place.url);
}
