import type { ConfigFault } from "#model/config/config-error";
import type { ReleaseId } from "#model/release";
import type { Store } from "#store/store";

/** A registration that the stack declares: one format of one release on one site. */
export interface WantedRegistration extends ReleaseId {
  /** Name of its format. */
  readonly format: string;
  readonly key: string;
  /** Of the format's file, where the store has it already. */
  readonly sha256?: string;
  readonly bytes?: number;
}

/** What a look at a site may know of the run, and do. */
export interface Search {
  readonly project: string;
  readonly stack: string;
  readonly store: Store;
  /** In an update, what a dead run left half-made is removed, and what is under way is waited for; a preview only looks. */
  readonly mayChange: boolean;
  /** Places that did not answer, `<site>` or `<site>/<vcenter>`: they are not asked again. */
  readonly unreachable: ReadonlySet<string>;
  /** Progress, and what was done, a line each. */
  readonly log: (line: string) => void;
}

/** What a site has of ours. */
export interface Found {
  /** Its server's ids by the name of the resource that declares the thing. */
  readonly ids: Readonly<Record<string, string>>;
  /** Names that are taken by something that is not ours: nothing is declared over them. */
  readonly refusals: readonly ConfigFault[];
  /** Places that did not answer after all. */
  readonly unreachable: readonly { readonly place: string; readonly cause: string }[];
}
