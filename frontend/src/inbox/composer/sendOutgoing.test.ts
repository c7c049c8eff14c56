import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { OutgoingMessage } from "@/api/types";
import { keepTokens } from "@/auth/tokens";
import { answer } from "../../../tests/samples";
import { attachmentOf, kindOf } from "./attachments";
import { useOutbox } from "./outbox";
import { send, sendAgain, sendUnreachedAgain } from "./sendOutgoing";

const MESSAGES = "*/api/v1/conversations/c1/messages/";
const server = setupServer();
let received: { body: OutgoingMessage; key: string | null }[] = [];

const accepting = () =>
  http.post(MESSAGES, async ({ request }) => {
    const body = (await request.json()) as OutgoingMessage;
    received.push({ body, key: request.headers.get("Idempotency-Key") });
    return HttpResponse.json(answer({ client_id: body.client_id ?? null }), { status: 201 });
  });

const entries = () => useOutbox.getState().entries;
const settled = () =>
  vi.waitFor(() => expect(entries().every(({ state }) => state === "refused")).toBe(true));
const say = (text: string, files: File[] = []) =>
  send({ conversationId: "c1", text, attachments: files.map(attachmentOf), reply: null });

beforeAll(() => server.listen());
beforeEach(() => {
  received = [];
  useOutbox.setState({ entries: [] });
  keepTokens({ access: "a", refresh: "r", expires_in: 900 });
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe("sending", () => {
  it("shows the message at once and forgets its own copy when the server has it", async () => {
    server.use(accepting());
    say("Oi");
    expect(entries()).toMatchObject([{ state: "sending", message: { text: { body: "Oi" } } }]);
    await settled();
    expect(entries()).toEqual([]);
  });

  it("lets messages of one conversation leave in the order written", async () => {
    server.use(accepting());
    for (const word of ["um", "dois", "três"]) say(word);
    await vi.waitFor(() => expect(received.length).toBe(3));
    expect(received.map(({ body }) => body.text?.body)).toEqual(["um", "dois", "três"]);
  });

  it("tries again under the same id, so that it can't go out twice", async () => {
    server.use(http.post(MESSAGES, () => HttpResponse.json({ title: "oops" }, { status: 500 })));
    say("Oi");
    await settled();
    const [refused] = entries();
    if (refused === undefined) throw new Error("the text was lost");
    server.resetHandlers(accepting());
    sendAgain(refused);
    await vi.waitFor(() => expect(entries()).toEqual([]));
    expect(received).toMatchObject([{ body: { client_id: refused.clientId }, key: refused.clientId }]);
  });

  it("goes out by itself when the connection is back, but not after a refusal", async () => {
    server.use(http.post(MESSAGES, () => HttpResponse.error()));
    say("sem internet");
    await settled();
    server.resetHandlers(http.post(MESSAGES, () => HttpResponse.json({ title: "no" }, { status: 409 })));
    say("janela fechada");
    await vi.waitFor(() => expect(entries().map(({ state }) => state)).toEqual(["refused", "refused"]));
    server.resetHandlers(accepting());
    sendUnreachedAgain();
    await vi.waitFor(() => expect(entries().length).toBe(1));
    expect(received.map(({ body }) => body.text?.body)).toEqual(["sem internet"]);
  });

  it("keeps unsent texts through a reload", async () => {
    server.use(http.post(MESSAGES, () => HttpResponse.error()));
    say("não me perca");
    await settled();
    expect(sessionStorage.getItem("pytake.outbox")).toContain("não me perca");
  });
});

describe("files", () => {
  const file = (type: string, size = 10) => ({ type, size });

  it.each([
    [file("image/png"), "image"],
    [file("image/png", 6 * 1024 * 1024), "document"],
    [file("image/gif"), "document"],
    [file("video/mp4"), "video"],
    [file("audio/ogg; codecs=opus"), "audio"],
    [file("application/pdf"), "document"],
    [file(""), "document"],
  ])("%o travel as %s", (sent, kind) => {
    expect(kindOf(sent)).toBe(kind);
  });

  it("carry the text as the first caption, and audio leaves it a message of its own", () => {
    const image = new File(["x"], "a.png", { type: "image/png" });
    const audio = new File(["x"], "a.ogg", { type: "audio/ogg" });
    server.use(http.post("*/api/v1/media/", () => HttpResponse.error()));
    say("olha", [image, image]);
    say("ouça", [audio]);
    expect(entries().map(({ message }) => [message.type, message.caption ?? message.text?.body])).toEqual([
      ["image", "olha"],
      ["image", undefined],
      ["audio", undefined],
      ["text", "ouça"],
    ]);
  });
});
