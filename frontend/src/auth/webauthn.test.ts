import { expect, it } from "vitest";
import { addressWithName } from "./webauthn";

const at = (hostname: string) => addressWithName({ hostname, origin: `http://${hostname}:8000` } as Location);

it("knows the addresses at which no passkey can be made, and the better one where there is one", () => {
  expect(at("localhost")).toBeNull();
  expect(at("chat.aurora.example")).toBeNull();
  expect(at("127.0.0.1")).toBe("http://localhost:8000");
  expect(at("[::1]")).toBe("http://localhost:8000");
  expect(at("192.168.0.7")).toBe("");
});
