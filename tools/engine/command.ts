/** Runs a command's main function: an expected failure is printed as its message, without a stack trace. */
export async function command(main: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const expected = error instanceof Error && ("fault" in error || "faults" in error || (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS"));
    console.error(expected ? `error: ${(error as Error).message}` : error);
    process.exitCode = 1;
  }
}
