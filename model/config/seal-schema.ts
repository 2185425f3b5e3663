import { z } from "zod";
import { described } from "#model/config/expectation";
import { list, text, truth } from "#model/config/values";

/** How releases are signed. */
export const seal = described(
  z.strictObject({
    key: text.optional().meta({ description: "File with the armored private OpenPGP key, relative to the project. The environment comes first: `IMAGEFLEET_SIGNING_KEY` (the key) and `IMAGEFLEET_SIGNING_KEY_FILE` (its file)." }),
    createKey: truth.optional().meta({ description: "Make a key without a passphrase where there is none, at `key` or where IMAGEFLEET_SIGNING_KEY_FILE says: for trying things out.", default: false }),
    trust: list(text, "files").optional().meta({ description: "Files with armored public keys whose seals are accepted besides the signing key's own, relative to the project. Default: none." }),
  }).meta({ id: "seal", description: "How releases are signed, and whose signatures are trusted. See [seal](#seal)." }),
  "a map of key, createKey and trust",
);

export type SealInput = z.input<typeof seal>;
