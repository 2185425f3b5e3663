#!/usr/bin/env node
// `npm run <command>` starts here, with any Node from 20 on and nothing installed: it installs the npm packages that
// package-lock.json pins, when they are not there yet, and runs tools/<command>.ts with the Node 24 that is one of them.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".imagefleet-lock-digest");
const node24 = join(modules, "node", "bin", "node");
/** What Node has compiled of us and of the packages is kept from run to run. It goes with the packages. */
const compiled = join(modules, ".cache", "imagefleet");
const lockHeld = 75;

/** What `--help` lists; a command is the file tools/<name>.ts. */
const commands = {
  up: "build what is missing and bring every site to what the configuration says",
  preview: "show what `up` would do, and why",
  drift: "show what is no longer as it should be, and where, and change nothing",
  lock: "write the build key of each image to fleet.lock.json, so that a change of one is reviewed",
  bump: "propose a new epoch for images that are older than `rebuildAfter`, in the stack file",
  approve: "sign that a release may go to a channel",
  down: "remove what the stack made from its sites; the store stays",
  store: "list, show, verify and remove releases",
  serve: "serve a local catalog over HTTP on loopback",
  verify: "check the seals of releases, catalogs and downloads",
  setup: "install and build the tools that the other commands need",
  doctor: "show tools, versions, KVM and resources, and what to do about each fault",
  demo: "show a fleet on servers of this machine: `npm run demo -- private`",
  test: "lint, types and all tests; `npm test -- <filter>` runs the matching test files",
  lint: "lint, types, formatting and generated files only",
  schema: "write the JSON Schema of the configuration",
  sdk: "write the schemas of the bridged plugins and the SDK generated from them",
  bench: "measure, and write bench/results.json",
};

await main(process.argv.slice(2));

async function main([command, ...rest]) {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    fail(`cannot run on Node ${process.versions.node}`, "install Node 20 or later; Node 24 then comes as an npm package");
  }
  if (!command || command === "--help" || command === "-h") return help();
  const file = join(root, "tools", `${command}.ts`);
  if (!Object.hasOwn(commands, command) || !existsSync(file)) {
    fail(`there is no command ${JSON.stringify(command)}`, "`node tools/run.mjs --help` lists them");
  }
  const digest = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");
  if (!isInstalled(digest)) await install(digest);
  process.exitCode = await runAndForward(node24, [file, ...rest]);
}

function help() {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  console.log("Usage: npm run <command> [-- options]\n\nCommands:");
  for (const [name, text] of Object.entries(commands)) {
    if (existsSync(join(root, "tools", `${name}.ts`))) console.log(`  ${name.padEnd(width)}  ${text}`);
  }
}

function isInstalled(digest) {
  if (!existsSync(node24)) return false;
  if (read(stamp) === digest) return true;
  if (!isNpmsOwnInstall()) return false;
  writeStamp(digest);
  return true;
}

/** Did a finished `npm ci` or `npm install` by the user put in exactly what the lock file says? npm records it last. */
function isNpmsOwnInstall() {
  const hidden = read(join(modules, ".package-lock.json"));
  if (!hidden) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(hidden).packages;
  const names = Object.keys(wanted).filter((name) => name.startsWith("node_modules/"));
  return names.every((name) => {
    const there = present[name];
    if (!there) return wanted[name].optional === true || wanted[name].peer === true;
    return there.version === wanted[name].version && there.integrity === wanted[name].integrity;
  });
}

/**
 * `npm ci` under a lock of the kernel, which npm itself inherits: whoever is killed, the lock is held exactly as long as
 * something writes to node_modules. The stamp goes first and comes back last, so a killed install is done again.
 */
async function install(digest) {
  mkdirSync(join(root, ".imagefleet"), { recursive: true });
  const lock = join(root, ".imagefleet", "npm.lock");
  const script = `[ "$(cat "$STAMP" 2>/dev/null)" = "$DIGEST" ] && exit 0
    rm -f "$STAMP"
    npm ci --include=dev --ignore-scripts=false --no-audit --no-fund --no-progress --loglevel=error || exit
    [ -x "$NODE24" ] || { echo "npm left out the Node 24 binary ($NODE24)" >&2; exit 1; }
    printf %s "$DIGEST" > "$STAMP.new" && mv "$STAMP.new" "$STAMP"`;
  const env = { ...process.env, STAMP: stamp, DIGEST: digest, NODE24: node24, NODE_ENV: "development" };
  const started = Date.now();
  const say = (text) => console.error(`[setup/npm] ${text}`);
  say("installing the packages of package-lock.json");
  const timer = setInterval(() => say(`installing, ${Math.round((Date.now() - started) / 1000)} s`), 5000);
  const flock = (...args) => runGroup("flock", [...args, "--no-fork", lock, "sh", "-c", script], env);
  let code = await flock("--nonblock", "--conflict-exit-code", String(lockHeld));
  if (code === lockHeld) {
    say("another command is installing them; waiting");
    code = await flock();
  }
  clearInterval(timer);
  if (code !== 0) {
    fail(`cannot install the npm packages: npm ci ended with ${code}; nothing that it left is used`, "see npm's message above, then run the command again; behind a proxy or mirror, set `npm config set registry`");
  }
  say(`done in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Runs a child in its own process group, so that stopping us stops npm and all that npm started. */
function runGroup(command, args, env) {
  return run(command, args, { env, detached: true, stdio: ["ignore", 2, 2] }, (child, signal) => process.kill(-child.pid, signal));
}

function runAndForward(command, args) {
  const env = { NODE_COMPILE_CACHE: compiled, ...process.env };
  return run(command, args, { stdio: "inherit", env }, (child, signal) => {
    // Ctrl-C reaches the whole foreground group by itself, and a second SIGINT would mean "now" to the engine.
    if (signal === "SIGINT" && inForeground()) return;
    child.kill(signal);
  });
}

function run(command, args, options, onSignal) {
  const child = spawn(command, args, { cwd: options.detached ? root : process.cwd(), ...options });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) {
    process.on(signal, () => {
      try {
        onSignal(child, signal);
      } catch {
        // it has ended already
      }
    });
  }
  return new Promise((resolve) => {
    child.on("error", (error) => fail(`cannot start ${command}: ${error.message}`, "on Debian, flock comes with util-linux and npm with nodejs or npm"));
    child.on("close", (code, signal) => resolve(signal ? 128 + constants.signals[signal] : code));
  });
}

/** Is our process group the one that the terminal sends Ctrl-C to? */
function inForeground() {
  const fields = (read("/proc/self/stat") ?? "").replace(/^.*\) /s, "").split(" ");
  const [, , group, , , terminalGroup] = fields;
  return group !== undefined && group === terminalGroup;
}

function writeStamp(digest) {
  writeFileSync(`${stamp}.${process.pid}`, digest);
  renameSync(`${stamp}.${process.pid}`, stamp);
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function fail(what, hint) {
  console.error(`${what}\n  what to do: ${hint}`);
  process.exit(1);
}
