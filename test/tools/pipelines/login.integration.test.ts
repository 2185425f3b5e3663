import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

let vault: Server;
let address: string;

/** Vault's JWT login and one secret, as its API has them. */
beforeAll(async () => {
  vault = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const reply = (status: number, value: object) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
      if (request.url === "/v1/auth/jwt/login") {
        const { role, jwt } = JSON.parse(body) as { role: string; jwt: string };
        return jwt === "the-identity" ? reply(200, { auth: { client_token: `token-of-${role}` } }) : reply(400, { errors: ["invalid"] });
      }
      if (request.headers["x-vault-token"] !== "token-of-imagefleet" || request.url !== "/v1/secret/data/images/prod") return reply(403, { errors: ["permission denied"] });
      return reply(200, { data: { data: { CORP_VC_PASSWORD: "it's $a \"secret\"", IMAGEFLEET_SIGNING_KEY: "line one\nline two", "not a name; id": "x" } } });
    });
  });
  await new Promise<void>((resolve) => vault.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(vault.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => vault.close(resolve)));

const needs = { curl: "curl", jq: "jq" };
const missing = (await Promise.all(Object.values(needs).map(async (name) => ((await execa("sh", ["-c", `command -v ${name}`], { reject: false })).exitCode === 0 ? [] : [name])))).flat();

function login(script: string, env: Record<string, string>) {
  return execa("sh", ["-ec", `. .ci/login\n${script}`], { env: { PATH: process.env["PATH"]!, ...env }, extendEnv: false, reject: false, all: true });
}

test.skipIf(missing.length > 0)("a job's token becomes what the clouds read and what Vault keeps for it, and is gone afterwards", async () => {
  const env = { ID_TOKEN: "the-identity", VAULT_ID_TOKEN: "the-identity", AWS_ROLE_ARN: "arn:aws:iam::111111111111:role/images", ARM_CLIENT_ID: "a", GCP_PROVIDER: "projects/1/locations/global/workloadIdentityPools/ci/providers/gitlab", GCP_SERVICE_ACCOUNT: "images@images-prod.iam.gserviceaccount.com", VAULT_ADDR: address, VAULT_PATH: "secret/data/images/prod" };
  const told = 'jq -n \'{token: env.AWS_WEB_IDENTITY_TOKEN_FILE, arm: env.ARM_OIDC_TOKEN_FILE_PATH, password: env.CORP_VC_PASSWORD, key: env.IMAGEFLEET_SIGNING_KEY}\'; cat "$AWS_WEB_IDENTITY_TOKEN_FILE"; echo; stat -c %a "$AWS_WEB_IDENTITY_TOKEN_FILE"; jq -c . "$GOOGLE_APPLICATION_CREDENTIALS"; ls "$(dirname "$AWS_WEB_IDENTITY_TOKEN_FILE")"';
  const { exitCode, all } = await login(told, env);
  expect(exitCode, all).toBe(0);
  const [, json = "", rest = ""] = /^(\{.*?^\})\n(.*)$/ms.exec(all) ?? [];
  const seen = JSON.parse(json) as { token: string; arm: string; password: string; key: string };
  expect(seen).toMatchObject({ arm: seen.token, password: "it's $a \"secret\"", key: "line one\nline two" });
  const [token, mode, google = "", ...files] = rest.split("\n");
  expect([token, mode]).toEqual(["the-identity", "600"]);
  expect(JSON.parse(google)).toMatchObject({ audience: `//iam.googleapis.com/${env.GCP_PROVIDER}`, credential_source: { file: seen.token } });
  expect(files, "the secrets of Vault stay in no file").toEqual(["google.json", "token"]);
  expect((await execa("test", ["-e", seen.token], { reject: false })).exitCode, "the directory goes with the job").toBe(1);
});

test.skipIf(missing.length > 0)("without a login nothing is set, and one that Vault refuses ends the job without a secret in its words", async () => {
  const nothing = await login("env | grep -c '^AWS\\|^ARM\\|^GOOGLE' || true", {});
  expect(nothing.all).toBe("0");
  const refused = await login("echo went on", { VAULT_ID_TOKEN: "another", VAULT_ADDR: address, VAULT_PATH: "secret/data/images/prod" });
  expect(refused.exitCode).toBe(1);
  expect(refused.all).toContain("there is no secret of Vault at secret/data/images/prod for the role imagefleet");
  expect(refused.all).not.toMatch(/another|went on/);
});
