import { z } from "zod";
import { described } from "#model/config/expectation";
import { someOf, text } from "#model/config/values";

/** A part of a path in the store. */
const part = "[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}";
const stack = described(z.string().regex(new RegExp(`^${part}/${part}$`)), "a project and its stack: images/dev");

/** Whose requests to publish are carried out. */
export const requests = described(
  z.strictObject({
    from: someOf(stack, "stacks, each as <project>/<stack>").meta({ description: "Stacks that may ask, as `<project>/<stack>`." }),
    keys: someOf(text, "files").meta({ description: "Files with the armored public keys that their requests are signed with, relative to the project." }),
  }).meta({ description: "Whose requests this stack carries out, in its channels that point at `request`. See [requests](#requests)." }),
  "a map of from and keys",
);

export type RequestsInput = z.input<typeof requests>;
