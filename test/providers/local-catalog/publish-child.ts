// Publishes what its argument says, in a process of its own.
import { provider } from "#providers/local-catalog/provider";

await provider.create(JSON.parse(process.argv[2]!));
