import struct from "google-protobuf/google/protobuf/struct_pb.js";

/** Values by property, plain: no secrets in wrappers, nothing undefined. */
export type Properties = { [name: string]: unknown };

/** What stands on the wire for a value that is not known before something else is made. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Marks an object on the wire as something else than an object: a secret, an asset, a reference. */
const signature = "4dabf18193072939515e22adb298388d";

export function isUnknown(value: unknown): boolean {
  return value === unknownValue;
}

export function fromWire(message: struct.Struct | undefined): Properties {
  return plain(message?.toJavaScript() ?? {}) as Properties;
}

export function toWire(properties: Properties): struct.Struct {
  return struct.Struct.fromJavaScript(defined(properties) as Parameters<typeof struct.Struct.fromJavaScript>[0]);
}

/** Secrets are unwrapped: stand-ins keep none. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value) return plain("value" in value ? value.value : null);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

function defined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defined);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined).map(([name, one]) => [name, defined(one)]));
}
