// Creates the format that its argument names, in a process of its own, and prints the outputs and the most memory it held.
import { provider } from "#providers/disk-format/provider";

const { outs } = await provider.create(JSON.parse(process.argv[2]!));
console.log(JSON.stringify({ ...outs, peakMiB: process.resourceUsage().maxRSS / 1024 }));
process.exit();
