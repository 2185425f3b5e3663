import { setTimeout } from "node:timers/promises";
import type { Progress } from "#providers/shared/progress";
import { spanText } from "#providers/shared/span-text";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";

export interface Waiting {
  readonly client: Pick<VcenterClient, "power" | "guest">;
  readonly vm: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly progress: Pick<Progress, "begin">;
  /** Milliseconds between two looks. Default 2000. */
  readonly interval?: number;
}

/** A guest that is up, or why it is not. */
export type GuestReport =
  | { readonly up: true; readonly seconds: number; readonly address: string }
  | { readonly up: false; readonly lacks: "power" | "tools" | "address"; readonly why: string };

/** Waits for a VM that was just powered on until VMware Tools run in it and tell an address. */
export async function waitForGuest({ client, vm, timeout, progress, interval = 2_000 }: Waiting): Promise<GuestReport> {
  const start = performance.now();
  const passed = () => performance.now() - start;
  let toolsAfter: number | undefined;
  for (;;) {
    const power = await client.power(vm);
    if (power !== "POWERED_ON") return { up: false, lacks: "power", why: power === undefined ? "somebody deleted it" : `it was on, and ${power === "SUSPENDED" ? "was suspended" : "went off"}` };
    const { toolsRunning, address } = await client.guest(vm);
    if (toolsRunning) toolsAfter ??= passed();
    if (toolsRunning && toolsAfter !== undefined && isReachable(address)) return { up: true, seconds: Math.round(toolsAfter / 100) / 10, address };
    if (passed() >= timeout) return timedOut(toolsAfter !== undefined, timeout);
    progress.begin(toolsAfter === undefined ? "waiting for VMware Tools" : "waiting for an address");
    await setTimeout(Math.max(0, Math.min(interval, timeout - passed())));
  }
}

function timedOut(tools: boolean, timeout: number): GuestReport {
  const after = `after ${spanText(timeout)}`;
  return tools ? { up: false, lacks: "address", why: `${after} VMware Tools run in it, but it has no address` } : { up: false, lacks: "tools", why: `${after} VMware Tools do not run in it` };
}

/** An address that a guest gives itself says that nobody else gave it one. */
function isReachable(address: string | undefined): address is string {
  return address !== undefined && address !== "" && !/^(169\.254\.|fe80:|127\.|::1$)/i.test(address);
}
