import type { dynamic } from "@pulumi/pulumi";

/** The engine's request, with as much of a stack's configuration as is needed. */
export const configure = {
  config: { get: (key: string) => ({ "imagefleet:images": JSON.stringify({ tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["here"] } }), "imagefleet:sites": JSON.stringify({ here: { kind: "local", path: "site" } }) })[key] },
} as unknown as dynamic.ConfigureRequest;
