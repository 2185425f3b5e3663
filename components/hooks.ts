import * as pulumi from "@pulumi/pulumi";
import type { HookConfig, HookHost } from "#model/config/channel";
import { localCommand, remoteCommand, type Happened } from "#model/hook-command";
import { succeeded } from "#components/outcome";

/** What has happened, and to what it was done last. */
export interface HookOptions {
  readonly parent: pulumi.Resource;
  readonly dependsOn: readonly pulumi.Resource[];
}

/** What hooks are told; the digest of a release that is being built is known after it. */
export type HookFacts = Omit<Happened, "sha256"> & { readonly sha256: pulumi.Input<string> };

/**
 * Declares the commands that follow a publication or a promotion. Each runs when its release's digest or its channel is another than
 * when it ran last; one that was killed runs again. @returns whether all of them succeeded.
 */
export async function declareHooks(hooks: readonly HookConfig[], after: HookConfig["after"], happened: HookFacts, options: HookOptions): Promise<boolean> {
  const wanted = hooks.filter((hook) => hook.after === after && concerns(hook, happened));
  const done = await Promise.all(wanted.map((hook) => declareHook(hook, happened, options)));
  return done.every(Boolean);
}

function concerns({ images, channels }: HookConfig, { image, channel }: HookFacts): boolean {
  return (images?.includes(image) ?? true) && (channel === undefined || (channels?.includes(channel) ?? true));
}

async function declareHook(hook: HookConfig, happened: HookFacts, { parent, dependsOn }: HookOptions): Promise<boolean> {
  const { image, version, channel } = happened;
  const name = ["hook", hook.name, ...(channel === undefined ? [] : [channel]), image].join("/");
  const triggers = [happened.sha256, version, channel ?? ""];
  const told = pulumi.output(happened.sha256).apply((sha256): Happened => ({ image, version, ...(channel !== undefined && { channel }), sha256 }));
  const options = { parent, dependsOn: [...dependsOn], additionalSecretOutputs: ["stdout", "stderr"] };
  return succeeded(name, hook.ssh ? await remote(name, hook, hook.ssh, told, triggers, options) : await local(name, hook, told, triggers, options));
}

async function local(name: string, hook: HookConfig, told: pulumi.Output<Happened>, triggers: pulumi.Input<string>[], options: pulumi.CustomResourceOptions): Promise<pulumi.Resource> {
  const { Command } = await import("@pulumi/command/local/command.js");
  const log = `.imagefleet/hooks/${name.slice("hook/".length).replaceAll("/", "-")}.log`;
  const create = told.apply((happened) => localCommand(hook, happened, log));
  return new Command(name, { create, triggers, logging: "none", addPreviousOutputInEnv: false }, options);
}

/** Keys stay with the user's SSH agent, so that none is in the state; a host with another key is not spoken to. */
async function remote(name: string, hook: HookConfig, { jump, ...host }: HookHost, told: pulumi.Output<Happened>, triggers: pulumi.Input<string>[], options: pulumi.CustomResourceOptions): Promise<pulumi.Resource> {
  const { Command } = await import("@pulumi/command/remote/command.js");
  const create = told.apply((happened) => remoteCommand(hook, happened));
  return new Command(name, { create, triggers, logging: "none", addPreviousOutputInEnv: false, connection: { ...host, ...(jump && { proxy: jump }) } }, options);
}
