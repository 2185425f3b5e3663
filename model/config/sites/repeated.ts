/** The values of a list that stand in it before already, each with its place; holes are none. */
export function repeated<T>(values: readonly (T | undefined)[]): { readonly index: number; readonly value: T }[] {
  return values.flatMap((value, index) => (value === undefined || values.indexOf(value) === index ? [] : [{ index, value }]));
}
