import { z } from "zod";
import { described } from "#model/config/expectation";
import { name, text } from "#model/config/values";

const downloads = ["immediate", "on-demand"] as const;

const credentials = described(
  z.string().regex(/^[A-Z][A-Z0-9_]*$/).refine((value) => !/_(USER|PASSWORD)$/.test(value)),
  "what names of two environment variables begin with, in upper case: CORP_VC for CORP_VC_USER and CORP_VC_PASSWORD",
  undefined,
  (value) => (/_(USER|PASSWORD)$/.test(value) ? `write what both names begin with: ${value.replace(/_(USER|PASSWORD)$/, "")}` : undefined),
);

const server = described(
  z.string().regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[1-9]\d{0,4})?$/),
  "a host name or address, with a port where it is not 443: vc01.example.com",
  undefined,
  (value) => (/^https?:\/\//.test(value) ? `leave out what is around the name: ${value.replace(/^https?:\/\/(?:[^/@]*@)?/, "").replace(/\/.*$/, "")}` : undefined),
);

const thumbprint = described(z.string().regex(/^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}$/), "the SHA-256 fingerprint of a certificate: 64 hexadecimal digits, with colons or without", undefined, thumbprintHint);

function thumbprintHint(value: string): string | undefined {
  const sha1 = /^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){19}$/.test(value);
  return sha1 ? "this is a SHA-1 fingerprint; print the other one: openssl s_client -connect <server>:443 </dev/null | openssl x509 -noout -fingerprint -sha256" : undefined;
}

/** Settings that a vCenter may take from its publisher, and that from its site. */
export const inheritedSettings = {
  credentials: credentials.meta({ description: "`CORP_VC`: user and password are in `CORP_VC_USER` and `CORP_VC_PASSWORD`." }),
  datacenter: text.meta({ description: "Datacenter of the datastore." }),
  datastore: text.meta({ description: "Datastore of the content library." }),
  library: text.meta({ description: "Name of the content library.", default: "imagefleet" }),
};

export const download = described(z.enum(downloads), downloads.join(" or ")).meta({
  description: "When subscribers copy an item: at once, or when it is first deployed.", default: "immediate",
});

/** Settings that are a vCenter's own. */
export const ownSettings = {
  name: name.meta({ description: "Short name, unique in the site: resources are named `<site>/<name>/...`." }),
  server: server.meta({ description: "Host name or address, with a port where it is not 443." }),
  thumbprint: thumbprint.optional().meta({ description: "SHA-256 fingerprint of the vCenter's certificate, which is then trusted and no other. Default: a trusted authority signed it." }),
};
