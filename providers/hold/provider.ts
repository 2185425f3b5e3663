import type { dynamic } from "@pulumi/pulumi";
import { releaseName } from "#model/release";
import type { Hold } from "#store/store";
import { configuredStore, configureStore, type StackConfig } from "#providers/shared/configured-store";
import { mayDiffer } from "#providers/shared/unknown";

const fields = ["image", "version", "project", "stack"] as const;

/** The verbs of Hold. Its inputs are its identity, so there is no update. */
export const provider = {
  configure({ config }: { config: StackConfig }): void {
    configureStore(config);
  },

  async diff(_id: string, olds: Hold, news: Hold): Promise<dynamic.DiffResult> {
    const replaces = fields.filter((name) => mayDiffer(olds[name], news[name]));
    return { changes: replaces.length > 0, replaces };
  },

  async create(inputs: Hold): Promise<dynamic.CreateResult<Hold>> {
    const hold = only(inputs);
    await configuredStore().hold(hold);
    return { id: `hold/${hold.project}/${hold.stack}/${releaseName(hold)}`, outs: hold };
  },

  /** A store that cannot be read keeps the state as it is: not knowing is no proof that the hold is gone. */
  async read(id: string, props: Hold): Promise<dynamic.ReadResult<Hold>> {
    const hold = only(props);
    try {
      const held = await configuredStore().holds(hold.image);
      const found = held.some((other) => fields.every((name) => other[name] === hold[name]));
      if (!found) console.log(`[${hold.image}] the store has lost the hold on ${hold.version}`);
      return { id: found ? id : "", props: hold };
    } catch (error) {
      console.log(`[${hold.image}] cannot check the hold on ${hold.version}: ${(error as Error).message}`);
      return { id, props: hold };
    }
  },

  async delete(_id: string, props: Hold): Promise<void> {
    await configuredStore().release(only(props));
  },
};

function only({ image, version, project, stack }: Hold): Hold {
  return { image, version, project, stack };
}
