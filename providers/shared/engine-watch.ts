import { whenEngineDies } from "#providers/shared/engine-life";
import { cancelAll, running } from "#providers/shared/exec";

/** Milliseconds for the builds' own clean-up of their staging directories. */
const aMoment = 1_000;

let controller: AbortController | undefined;

/**
 * Watches, from the first build on, for the ways in which a run ends. SIGTERM, by which our tools pass on an interrupt, stops Packer
 * and its guest, and this process lives on to report it. SIGINT is the engine's word that it has done with us: it waits five seconds
 * for our end, and other plugins with it. The engine's death kills nobody but itself. Both stop everything and end this process.
 */
export function stopBuildsWithEngine(): AbortSignal {
  if (controller) return controller.signal;
  const abort = (controller = new AbortController());
  const stop = (): void => {
    abort.abort();
    cancelAll();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", () => {
    stop();
    endWhenIdle();
  });
  whenEngineDies(() => {
    stop();
    endWhenIdle();
  });
  return abort.signal;
}

function endWhenIdle(): void {
  if (running() === 0) process.exit(1);
  const timer = setInterval(() => {
    if (running() > 0) return;
    clearInterval(timer);
    setTimeout(() => process.exit(1), aMoment);
  }, aMoment / 10);
}
