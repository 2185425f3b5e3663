import { z } from "zod";
import type { Connection } from "#providers/shared/vcenter/connection";
import { deploy } from "#providers/shared/vcenter/deploy";
import { findDatastore, place } from "#providers/shared/vcenter/inventory";
import { routes, type Route } from "#providers/shared/vcenter/routes";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";
import type { Guest, Vm } from "#providers/shared/vcenter/vm";

const powerState = z.enum(["POWERED_ON", "POWERED_OFF", "SUSPENDED"]);
const vmList = z.array(z.object({ vm: z.string(), name: z.string(), power_state: powerState }).transform(({ vm, name, power_state: power }): Vm => ({ id: vm, name, power })));
const tools = z.object({ run_state: z.string() });
const identity = z.object({
  ip_address: z.string().nullish(),
  host_name: z.string().nullish(),
  full_name: z.object({ default_message: z.string() }).nullish(),
});

export type MachineVerbs = Pick<VcenterClient, "place" | "findDatastore" | "deploy" | "findVms" | "power" | "powerOn" | "powerOff" | "guest" | "deleteVm">;

/** What a vCenter does with virtual machines. */
export function machineVerbs(connection: Connection): MachineVerbs {
  /** A VM that is in that state already refuses. */
  const turn = async (id: string, route: Route, action: string): Promise<void> => {
    await connection.call({ action: `${action} VM ${id}`, route, id }).catch((error: unknown) => {
      if (!(error instanceof VcenterError && error.message.toLowerCase().includes("already_in_desired_state"))) throw error;
    });
  };
  return {
    place: (wanted) => place(connection, wanted),
    findDatastore: (wanted) => findDatastore(connection, wanted),
    deploy: (itemId, vm) => deploy(connection, itemId, vm),
    findVms: async (name) => (await connection.call({ action: `find VM ${name}`, route: routes.inventory, id: "vm", query: new URLSearchParams({ names: name }), schema: vmList })) ?? [],
    power: async (id) => (await connection.call({ action: `look at VM ${id}`, route: routes.power, id, schema: z.object({ state: powerState }), accept: [404] }))?.state,
    powerOn: (id) => turn(id, routes.powerOn, "power on"),
    powerOff: (id) => turn(id, routes.powerOff, "power off"),
    deleteVm: (id) => connection.call({ action: `delete VM ${id}`, route: routes.deleteVm, id, accept: [404] }),
    guest: (id) => guest(connection, id),
  };
}

/** Without tools a vCenter answers 503 to questions about the guest: that is an answer, not a reason to ask again. */
async function guest(connection: Connection, id: string): Promise<Guest> {
  const ask = <T>(action: string, route: Route, schema: z.ZodType<T>): Promise<T | undefined> =>
    connection.call({ action: `${action} of VM ${id}`, route, id, schema, accept: [503], patience: { retries: 0 } });
  const state = await ask("look at the tools", routes.tools, tools);
  const said = await ask("look at the guest", routes.identity, identity);
  return {
    toolsRunning: state?.run_state === "RUNNING",
    ...(said?.ip_address && { address: said.ip_address }),
    ...(said?.host_name && { hostName: said.host_name }),
    ...(said?.full_name && { fullName: said.full_name.default_message }),
  };
}
