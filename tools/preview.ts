// `npm run preview` is `npm run up` that only shows.
process.argv.push("--dry-run");
await import("./up.ts");
