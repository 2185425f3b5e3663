import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { parseReleaseName } from "#store/names";
import { findRelease } from "./find-releases.ts";
import { verb } from "./verb.ts";

export const remove = verb({
  usage: `rm <image>@<version>      remove a release that no stack holds; its version is never given again

  --reason TEXT         noted in its tombstone (default: "removed by hand")`,
  options: { reason: { type: "string" } },
  subject: "required",
  async run({ subject = "", json, given, open }) {
    const action = `remove ${subject}`;
    const store = await open();
    if (!parseReleaseName(subject)) {
      throw new FleetError({ action, cause: "a release is named <image>@<version>", hint: `npm run store -- ls ${subject.split("@")[0]}` });
    }
    const id = await findRelease(store, subject, action);
    await store.remove(id, String(given["reason"] ?? "removed by hand"));
    console.log(json ? JSON.stringify({ removed: id }, null, 2) : `removed ${releaseName(id)} from ${store.location}`);
    return 0;
  },
});
