/** The names that an option was given, in one or several lists with commas. */
export function commaList(given: readonly string[] | undefined): string[] {
  return (given ?? []).flatMap((text) => text.split(",")).filter(Boolean);
}
