import { join } from "node:path";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import { groupPlace, requirePlainName, requireRelease } from "./names.ts";
import type { GroupName, Hold } from "./store.ts";

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
}
