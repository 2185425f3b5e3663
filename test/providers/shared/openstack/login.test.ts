import { expect, test } from "vitest";
import type { CloudEntry } from "#providers/shared/openstack/clouds-file";
import { loginOf } from "#providers/shared/openstack/login";

function entry(auth: Record<string, string>, type = ""): CloudEntry {
  return { auth: { auth_url: "https://keystone.example:5000", ...auth }, auth_type: type, verify: true };
}

test("a password with a project; domains come from the general one or are the default", () => {
  expect(loginOf(entry({ username: "robot", password: "secret", project_name: "images", domain_name: "corp" }), {})).toEqual({
    url: new URL("https://keystone.example:5000/v3/auth/tokens"),
    body: { auth: { identity: { methods: ["password"], password: { user: { name: "robot", domain: { name: "corp" }, password: "secret" } } }, scope: { project: { name: "images", domain: { name: "corp" } } } } },
  });
  expect(loginOf(entry({ auth_url: "https://k.example/identity/v3/", user_id: "u1", password: "secret", project_id: "p1" }), {})).toEqual({
    url: new URL("https://k.example/identity/v3/auth/tokens"),
    body: { auth: { identity: { methods: ["password"], password: { user: { id: "u1", password: "secret" } } }, scope: { project: { id: "p1" } } } },
  });
});

test("an application credential brings its project with it", () => {
  const secret = { application_credential_secret: "secret" };
  expect(loginOf(entry({ application_credential_id: "c1", project_name: "ignored", ...secret }), {})).toMatchObject({ body: { auth: { identity: { methods: ["application_credential"], application_credential: { id: "c1", secret: "secret" } } } } });
  expect(loginOf(entry({ application_credential_id: "c1", project_name: "ignored", ...secret }), {})).not.toHaveProperty("body.auth.scope");
  expect(loginOf(entry({ application_credential_name: "ci", username: "robot", ...secret }), {})).toMatchObject({ body: { auth: { identity: { application_credential: { name: "ci", user: { name: "robot", domain: { id: "default" } }, secret: "secret" } } } } });
});

test("the environment fills in what the entry leaves out, and nothing else", () => {
  const env = { OS_PASSWORD: "from the environment", OS_USERNAME: "another" };
  expect(loginOf(entry({ username: "robot" }), env)).toMatchObject({ body: { auth: { identity: { password: { user: { name: "robot", password: "from the environment" } } } } } });
});

test("what is missing is said", () => {
  expect(loginOf(entry({ username: "robot" }), {})).toMatch(/no auth\.password/);
  expect(loginOf(entry({ password: "x" }), {})).toMatch(/neither auth\.username nor/);
  expect(loginOf(entry({ application_credential_id: "c1" }), {})).toMatch(/application_credential_secret/);
  expect(loginOf(entry({ auth_url: "" }), {})).toMatch(/no auth\.auth_url/);
  expect(loginOf(entry({}, "v3token"), {})).toMatch(/no auth\.token/);
});
