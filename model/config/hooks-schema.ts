import { z } from "zod";
import { described } from "#model/config/expectation";
import { name, secretName, someOf, text, word } from "#model/config/values";

const hostKey = described(
  z.string().regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+=*$/),
  "a public key as in known_hosts, without the host's name: ssh-ed25519 AAAA…",
);

const login = {
  host: word.meta({ description: "Name or address of the host." }),
  port: described(z.int().min(1).max(65_535), "the number of a port").optional().meta({ description: "Port of its SSH server.", default: 22 }),
  user: word.meta({ description: "User to log in as, with a key of the SSH agent." }),
  hostKey: hostKey.meta({ description: "Public key of the host: no other is accepted." }),
};

export const hookHost = described(
  z.strictObject({ ...login, jump: described(z.strictObject(login), "a map of host, port, user and hostKey").optional().meta({ description: "Host on the way, which the connection goes through. Default: none." }) }),
  "a map of host, port, user, hostKey and jump",
);

export const hook = described(
  z.strictObject({
    after: described(z.enum(["publish", "promotion"]), "publish or promotion").meta({ description: "`publish`: a release is on all sites of its image. `promotion`: a channel has been moved to it on all of them." }),
    images: someOf(name, "names of images").optional().meta({ description: "Images that it runs for. Default: all." }),
    channels: someOf(name, "names of channels").optional().meta({ description: "Channels that it runs for, after a promotion. Default: all." }),
    run: someOf(text, "a program and its arguments").meta({ description: "Program and arguments, each an element. `{image}`, `{version}`, `{sha256}` and, after a promotion, `{channel}` are filled in." }),
    env: someOf(secretName, "names of environment variables").optional().meta({ description: "Environment variables that the program is given besides the usual ones and `IMAGEFLEET_IMAGE`, `IMAGEFLEET_VERSION`, `IMAGEFLEET_SHA256` and `IMAGEFLEET_CHANNEL`; not with `ssh`. Default: none." }),
    ssh: hookHost.optional().meta({ description: "Host on which the program runs. Default: here." }),
  }).meta({ id: "hook" }),
  "a map of after, images, channels, run, env and ssh",
);

export const hooks = described(z.record(name, hook), "a map of hooks by name").meta({ description: "Commands that run after something has happened, by name. See [hooks](#hooks)." });

export type HookInput = z.input<typeof hook>;
