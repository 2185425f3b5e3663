import { serve } from "../shared/serve.ts";
import { localCommand } from "./local-command.ts";
import { remoteCommand } from "./remote-command.ts";

/** Stands in for the official plugin: it really runs the commands, here and on hosts that it logs in to by OpenSSH. */
await serve({ name: "command", kinds: [localCommand, remoteCommand], replace: [], configure: () => ({}) });
