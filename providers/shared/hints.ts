/** What to do about a program that is not there. */
export const toolsHint = "npm run setup installs the tools, npm run doctor says what is missing";

/** What to do where the store's disk is full. */
export const freeSpaceHint = "free some disk space (npm run store -- ls shows what releases take), or name another directory in imagefleet:store";
