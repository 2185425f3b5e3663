import { join } from "node:path";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import { StoreError } from "./errors.ts";
import { groupPlace, parseReleaseName, requirePlainName, requireRelease } from "./names.ts";
import { documentKinds, type GroupName, type Hold } from "./store.ts";

/**
 * Where everything lies in a directory store:
 *
 *     images/<image>/<version>/build/release.json          and its artifacts
 *     images/<image>/<version>/gates/<set>/passed.json
 *     images/<image>/<version>/formats/<format>/format.json
 *     images/<image>/<version>/failures/<set>-<n>/failed.json
 *     holds/<project>/<stack>/<image>@<version>.json
 *     tombstones/<image>@<version>.json
 *     quarantine/<image>@<version>-<n>/                    a damaged release as it was
 *     quarantine/<image>@<version>-<kind>-<name>-<n>/      a damaged group of a sound release
 *     channels/, revocations/, publications/, requests/, answers/    documents: what is true now, and may be replaced (Store.document)
 *     staging/<uuid>/owner.json, files/                    what is not yet, or no longer, part of the store
 */
export class Layout {
  readonly root: string;
  constructor(root: string) {
    this.root = root;
  }

  get images(): string {
    return join(this.root, "images");
  }
  get holds(): string {
    return join(this.root, "holds");
  }
  get tombstones(): string {
    return join(this.root, "tombstones");
  }
  get quarantine(): string {
    return join(this.root, "quarantine");
  }
  get staging(): string {
    return join(this.root, "staging");
  }

  image(image: string): string {
    return join(this.images, requirePlainName("name of an image", image));
  }
  release(id: ReleaseId): string {
    requireRelease(id);
    return join(this.images, id.image, id.version);
  }
  group(id: ReleaseId, group: GroupName): string {
    return join(this.release(id), ...groupPlace(group).path);
  }
  record(id: ReleaseId, group: GroupName): string {
    return join(this.group(id, group), groupPlace(group).recordFile);
  }
  artifact(id: ReleaseId, group: GroupName, name: string): string {
    return join(this.group(id, group), requirePlainName("name of an artifact", name));
  }
  hold(hold: Hold): string {
    const project = requirePlainName("name of a project", hold.project);
    const stack = requirePlainName("name of a stack", hold.stack);
    return join(this.holds, project, stack, `${releaseName(requireRelease(hold))}.json`);
  }
  tombstone(id: ReleaseId): string {
    return join(this.tombstones, `${releaseName(requireRelease(id))}.json`);
  }
  /** Of one document, such as `channels/stable/debian-12`. */
  document(name: string): string {
    return `${this.documents(name)}.json`;
  }
  /** Of the documents below a name, such as `channels/stable`. */
  documents(name: string): string {
    const [kind = "", ...parts] = name.split("/");
    if (!documentKinds.some((known) => known === kind)) throw new StoreError({ action: `use the document ${JSON.stringify(name)}`, cause: `documents are below ${documentKinds.join(", ")}` });
    return join(this.root, kind, ...parts.map((part) => (parseReleaseName(part) ? part : requirePlainName("name of a document", part))));
  }
}
