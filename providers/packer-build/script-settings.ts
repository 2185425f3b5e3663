/** A setting that a script reads from its environment, declared in a comment at its top: `# setting: locale = C.UTF-8`. */
export interface ScriptSetting {
  readonly name: string;
  /** Absent on one that must be set. */
  readonly default?: string;
  /** Used while building only, leaving no trace in the image: outside the build key. */
  readonly buildOnly: boolean;
}

const declaration = /^#\s*setting:\s*([a-z][a-z0-9_]*)\s*(?:=\s*(.*?))?\s*(\((?:required|build only)\))?\s*$/gm;

/** All settings that a script declares; one without a default and not marked `(required)` defaults to the empty string. */
export function scriptSettings(script: string): ScriptSetting[] {
  return [...script.matchAll(declaration)].map(([, name, value, note]) => ({
    name: name!,
    ...(note === "(required)" ? {} : { default: value ?? "" }),
    buildOnly: note === "(build only)",
  }));
}
