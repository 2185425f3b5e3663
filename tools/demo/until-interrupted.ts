/** Waits for the first Ctrl-C, or for the process to be asked to end. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    const waiting = setInterval(() => undefined, 60_000);
    const end = (): void => {
      clearInterval(waiting);
      resolve();
    };
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
  });
}
