/** A setting that a script reads from its environment, declared in a comment at its top: `# setting: locale = C.UTF-8`. */
export interface ScriptSetting {
  readonly name: string;
  /** Absent on one that must be set. */
  readonly default?: string;
  /** Used while building only, leaving no trace in the image: outside the build key. */
  readonly buildOnly: boolean;
}

const declaration = /^#[ \t]*setting:[ \t]*([a-z][a-z0-9_]*)[ \t]*(?:=[ \t]*(.*?))?[ \t]*(\((?:required|build only)\))?[ \t]*\r?$/gm;

/** All settings that a script declares; one without a default and not marked `(required)` defaults to the empty string. */
export function scriptSettings(script: string): ScriptSetting[] {
  return [...script.matchAll(declaration)].map(([, name, value, note]) => ({
    name: name!,
    ...(note === "(required)" ? {} : { default: value ?? "" }),
    buildOnly: note === "(build only)",
  }));
}
