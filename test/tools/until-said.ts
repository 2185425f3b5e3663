import type { Readable } from "node:stream";

/** Resolves when a child has said `text`; breaking out of execa's own iterator would wait for the child's end. */
export function untilSaid(child: { readonly all: Readable }, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.all.on("data", (data: Buffer | string) => {
      said += String(data);
      if (said.includes(text)) resolve();
    });
    child.all.on("end", () => reject(new Error(`it ended without saying ${text}:\n${said}`)));
  });
}
