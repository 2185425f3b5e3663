import type { Answer } from "../strict-proxy.ts";

/** A refusal of Azure Resource Manager. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  answer(): Answer {
    return { status: this.status, headers: { "x-ms-failure-cause": "gateway" }, body: { error: { code: this.code, message: this.message } } };
  }
}

/** Azure's word for a name that no resource has. */
export function notFound(type: string, name: string, group: string): ArmError {
  return new ArmError(404, "ResourceNotFound", `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`);
}

export function invalid(parameter: string, text: string): ArmError {
  return new ArmError(400, "InvalidParameter", `${text} (${parameter})`);
}
