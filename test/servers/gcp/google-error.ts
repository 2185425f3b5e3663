import type { Answer } from "../strict-proxy.ts";

/** A refusal of a Google API. */
export class GoogleError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  /** Uploads are refused in plain words in places: reason `text`. */
  answer(): Answer {
    if (this.reason === "text") return { status: this.status, headers: { "content-type": "text/plain; charset=utf-8" }, body: this.message };
    return { status: this.status, body: { error: { code: this.status, message: this.message, errors: [{ message: this.message, domain: "global", reason: this.reason }] } } };
  }
}

export async function answering(work: () => Promise<Answer> | Answer): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GoogleError) return error.answer();
    throw error;
  }
}

export function invalidValue(field: string, text: string): GoogleError {
  return new GoogleError(400, "invalid", `Invalid value for field '${field}': ${text}`);
}
