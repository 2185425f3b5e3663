import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

const marker = "<!-- imagefleet preview -->";

interface Comment {
  id: number;
  body: string;
  user: { type: string };
}

/** A directory with what the previews of two stacks left. */
function previews(folder: string): string {
  const dir = mkdtempSync(join(tmpdir(), "imagefleet-comment-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, folder));
  writeFileSync(join(dir, folder, "dev.md"), "## dev\n\nnothing to do\n");
  writeFileSync(join(dir, folder, "prod.md"), "## prod\n\nbuilds `debian-12`\n");
  return dir;
}

/** Runs the workflow's own script on comments that are kept here. */
async function onGithub(dir: string, comments: Comment[]): Promise<void> {
  const { jobs } = parse(readFileSync(".github/workflows/pull-request.yml", "utf8")) as { jobs: { comment: { steps: { with?: { script?: string } }[] } } };
  const script = jobs.comment.steps.flatMap((step) => step.with?.script ?? [])[0]!.replaceAll('"previews"', JSON.stringify(join(dir, "previews"))).replace("`previews/${name}`", `\`${dir}/previews/\${name}\``);
  const issues = {
    listComments: () => {},
    updateComment: async ({ comment_id, body }: { comment_id: number; body: string }) => void (comments.find(({ id }) => id === comment_id)!.body = body),
    createComment: async ({ body }: { body: string }) => void comments.push({ id: 100 + comments.length, body, user: { type: "Bot" } }),
  };
  const github = { rest: { issues }, paginate: async () => comments };
  const context = { serverUrl: "https://github.example.com", runId: 7, repo: { owner: "images", repo: "fleet" }, payload: { pull_request: { number: 3 } } };
  // as actions/github-script does
  const run = new Function("github", "context", "require", `return (async () => {${script}})()`) as (...given: unknown[]) => Promise<void>;
  await run(github, context, createRequire(import.meta.url));
}

test("a pull request has one comment, which later pushes update in place; what others wrote stays", async () => {
  const dir = previews("previews");
  const comments: Comment[] = [{ id: 1, body: `${marker} quoted by a person`, user: { type: "User" } }];
  await onGithub(dir, comments);
  expect(comments.map(({ body }) => body)).toEqual([`${marker} quoted by a person`, `${marker}\n## dev\n\nnothing to do\n\n---\n\n## prod\n\nbuilds \`debian-12\``]);
  writeFileSync(join(dir, "previews", "dev.md"), `## dev\n\n${"x".repeat(70_000)}`);
  await onGithub(dir, comments);
  expect(comments).toHaveLength(2);
  expect(comments[1]!.body.length).toBeLessThan(65_536);
  expect(comments[1]!.body).toContain("[the rest is in the summary of the run](https://github.example.com/images/fleet/actions/runs/7)");
});

test("a preview that left nothing is told of all the same", async () => {
  const comments: Comment[] = [];
  await onGithub(previews("elsewhere"), comments);
  expect(comments[0]!.body).toContain("failed before it had anything to show");
});

test("a merge request of GitLab has one note, which later pipelines update in place, and the token is no argument of a program", async () => {
  const notes: { id: number; body: string }[] = [{ id: 1, body: "looks good" }];
  const server = createServer((request, response) => {
    let sent = "";
    request.on("data", (chunk: Buffer) => (sent += chunk.toString()));
    request.on("end", () => {
      if (request.headers["private-token"] !== "the-token") return response.writeHead(401).end();
      const { body = "" } = (sent ? JSON.parse(sent) : {}) as { body?: string };
      const id = Number(/\/notes\/(\d+)$/.exec(request.url ?? "")?.[1]);
      if (request.method === "POST") notes.push({ id: 5, body });
      if (request.method === "PUT") notes.find((note) => note.id === id)!.body = body;
      return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(notes));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { comment } = parse(readFileSync(".gitlab-ci.yml", "utf8")) as { comment: { script: string[] } };
  const dir = previews("preview");
  const run = async () => {
    const env = { PATH: process.env["PATH"]!, CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`, CI_MERGE_REQUEST_PROJECT_ID: "9", CI_MERGE_REQUEST_IID: "3", IMAGEFLEET_NOTE_TOKEN: "the-token" };
    const { exitCode, all } = await execa("bash", ["-xc", comment.script.join("\n")], { cwd: dir, env, extendEnv: false, reject: false, all: true });
    expect(exitCode, all).toBe(0);
    expect(all.split("\n").filter((line) => /^\++ curl /.test(line)).join("\n")).not.toContain("the-token");
  };
  await run();
  writeFileSync(join(dir, "preview", "dev.md"), "## dev\n\nbuilds `tiny`\n");
  await run();
  expect(notes.map(({ body }) => body)).toEqual(["looks good", `${marker}\n## dev\n\nbuilds \`tiny\`\n## prod\n\nbuilds \`debian-12\`\n`]);
});
