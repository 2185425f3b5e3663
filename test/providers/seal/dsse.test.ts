import fc from "fast-check";
import { expect, test } from "vitest";
import { openEnvelope, payloadType, preAuthenticationEncoding, sealedEnvelope } from "#providers/seal/dsse";
import { makeKey } from "./fixture.ts";

test("the pre-authentication encoding is that of the specification's example", () => {
  expect(preAuthenticationEncoding("http://example.com/HelloWorld", Buffer.from("hello world")).toString()).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
});

test("lengths are of bytes, and two different things are never encoded alike", () => {
  expect(preAuthenticationEncoding("ü", Buffer.from("€")).toString()).toBe("DSSEv1 2 ü 3 €");
  const thing = fc.tuple(fc.string({ unit: fc.constantFrom("1", " ", "a", "é") }), fc.string({ unit: fc.constantFrom("1", " ", "a", "é") }));
  fc.assert(fc.property(thing, thing, ([type, body], [otherType, otherBody]) => {
    fc.pre(type !== otherType || body !== otherBody);
    expect(preAuthenticationEncoding(type, Buffer.from(body))).not.toEqual(preAuthenticationEncoding(otherType, Buffer.from(otherBody)));
  }));
});

test("an envelope holds the statement, its type and who signed", async () => {
  const key = await makeKey();
  const text = await sealedEnvelope({ greeting: "hällo" }, key);
  expect(JSON.parse(text)).toMatchObject({ payloadType, signatures: [{ keyid: key.fingerprint }] });
  const envelope = openEnvelope(text)!;
  expect(JSON.parse(envelope.payload.toString())).toEqual({ greeting: "hällo" });
  expect(envelope.signatures[0]!.armored).toContain("-----BEGIN PGP SIGNATURE-----");
  expect(envelope.signed.toString()).toBe(`DSSEv1 28 ${payloadType} 21 {"greeting":"hällo"}`);
});

test.for([["nothing", ""], ["no JSON", "{"], ["another type", `{"payload":"","payloadType":"text/plain","signatures":[{"keyid":"","sig":""}]}`], ["no signature", `{"payload":"","payloadType":"${payloadType}","signatures":[]}`], ["no base64", `{"payload":"%","payloadType":"${payloadType}","signatures":[{"keyid":"","sig":""}]}`]])("%s is no envelope", ([, text]) => {
  expect(openEnvelope(text!)).toBeUndefined();
});
