/** A type of an SDK, as far as values on the wire can be held against it. */
export type Shape =
  | "any"
  | "string"
  | "number"
  | "boolean"
  | { readonly array: Shape }
  | { readonly map: Shape }
  | { readonly object: Fields }
  | { readonly oneOf: readonly Shape[] };

/** Properties of an object by name. */
export interface Fields {
  readonly [name: string]: { readonly shape: Shape; readonly required: boolean };
}

export interface ResourceTypes {
  readonly inputs: Fields;
  /** Names of all properties that the SDK's class has. */
  readonly outputs: readonly string[];
}
