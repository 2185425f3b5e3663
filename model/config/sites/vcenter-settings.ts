import { z } from "zod";
import { described } from "#model/config/expectation";
import { secretName, text } from "#model/config/values";

const downloads = ["immediate", "on-demand"] as const;

const server = described(
  z.string().regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[1-9]\d{0,4})?$/),
  "a host name or address, with a port where it is not 443: vc01.example.com",
);

const thumbprint = described(z.string().regex(/^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}$/), "the SHA-256 fingerprint of a certificate: 64 hexadecimal digits, with colons or without");

/** Settings that a vCenter may take from its publisher, and that from its site. */
export const inheritedSettings = {
  credentials: described(secretName, "the beginning of names of environment variables, in upper case: CORP_VC").meta({ description: "`CORP_VC`: user and password are in `CORP_VC_USER` and `CORP_VC_PASSWORD`." }),
  datacenter: text.meta({ description: "Datacenter of the datastore." }),
  datastore: text.meta({ description: "Datastore of the content library." }),
  library: text.meta({ description: "Name of the content library.", default: "imagefleet" }),
};

export const download = described(z.enum(downloads), downloads.join(" or ")).meta({
  description: "When subscribers copy an item: at once, or when it is first deployed.", default: "immediate",
});

/** Settings that are a vCenter's own. */
export const ownSettings = {
  server: server.meta({ description: "Host name or address, with a port where it is not 443." }),
  thumbprint: thumbprint.optional().meta({ description: "SHA-256 fingerprint of the vCenter's certificate, which is then trusted and no other. Default: a trusted authority signed it." }),
};
