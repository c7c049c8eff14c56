import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepTokens } from "@/auth/tokens";
import type { EventFrame } from "./frames";
import { InboxSocket, type ConnectionState } from "./socket";

class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((close: { code: number; reason: string }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close() {
    this.readyState = 3;
  }

  open() {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }

  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(code = 1006, reason = "") {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  types() {
    return this.sent.map(({ type }) => type);
  }
}

const event = (number: number, previous = number - 1) => ({
  type: "event",
  number,
  previous,
  kind: "messaging.MessageReceived",
  at: "2026-11-24T15:00:00Z",
  data: {},
});

function newest(): FakeSocket {
  const socket = FakeSocket.made.at(-1);
  if (socket === undefined) throw new Error("no socket was opened");
  return socket;
}

describe("the agents' socket", () => {
  const seen: number[] = [];
  const states: ConnectionState[] = [];
  const onStartOver = vi.fn();
  const onLetOut = vi.fn();
  let inbox: InboxSocket;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    FakeSocket.made = [];
    seen.length = states.length = 0;
    onStartOver.mockClear();
    keepTokens({ access: "token-1", refresh: "r", expires_in: 900 });
    inbox = new InboxSocket({
      onState: (state) => states.push(state),
      onStartOver,
      onLetOut,
      onEvent: ({ number }: EventFrame) => seen.push(number),
      onFrame: () => undefined,
    });
    inbox.start();
  });

  afterEach(() => {
    inbox.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  async function signIn(number: number) {
    newest().open();
    await vi.advanceTimersByTimeAsync(0);
    newest().say({ type: "ready", connection: "c", user: "u", number });
    return newest();
  }

  it("signs in with its first frame and reads the lists once", async () => {
    const socket = await signIn(10);
    expect(socket.sent[0]).toEqual({ type: "auth", token: "token-1" });
    expect(states.at(-1)).toBe("online");
    expect(onStartOver).toHaveBeenCalledOnce();
  });

  it("hands on events in order, each once", async () => {
    const socket = await signIn(10);
    for (const frame of [event(11), event(12), event(12), event(11)]) socket.say(frame);
    expect(seen).toEqual([11, 12]);
  });

  it("does not take what it may not see for a loss", async () => {
    const socket = await signIn(10);
    socket.say(event(11));
    socket.say(event(17, 11));
    expect(seen).toEqual([11, 17]);
    expect(socket.types()).not.toContain("resume");
  });

  it("asks for what was lost on the way and takes it in order", async () => {
    const socket = await signIn(10);
    socket.say(event(11));
    socket.say(event(14, 13));
    expect(states.at(-1)).toBe("catching_up");
    expect(socket.sent.find(({ type }) => type === "resume")).toEqual({ type: "resume", after: 11 });
    for (const number of [12, 13, 14]) socket.say(event(number));
    const ping = socket.sent.find(({ type }) => type === "ping");
    socket.say({ type: "pong", at: ping?.at });
    expect(seen).toEqual([11, 12, 13, 14]);
    expect(states.at(-1)).toBe("online");
  });

  it("comes back by itself after the last number that it saw", async () => {
    const socket = await signIn(10);
    socket.say(event(11));
    socket.drop();
    expect(states.at(-1)).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(1_000);
    const again = await signIn(13);
    expect(again).not.toBe(socket);
    expect(again.sent.find(({ type }) => type === "resume")).toEqual({ type: "resume", after: 11 });
    expect(onStartOver).toHaveBeenCalledOnce();
  });

  it("reads everything again when the log has forgotten", async () => {
    const socket = await signIn(10);
    socket.say({ type: "start_over", number: 500 });
    expect(onStartOver).toHaveBeenCalledTimes(2);
    socket.say(event(501, 500));
    expect(seen).toEqual([501]);
  });

  it("says again which conversation is open", async () => {
    const socket = await signIn(10);
    inbox.watch("c1");
    socket.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    const again = await signIn(10);
    expect(again.sent).toContainEqual({ type: "subscribe", conversation: "c1" });
  });

  it("sends a fresh token over the open socket", async () => {
    const socket = await signIn(10);
    keepTokens({ access: "token-2", refresh: "r2", expires_in: 900 });
    expect(socket.sent.at(-1)).toEqual({ type: "token", token: "token-2" });
  });

  it("notices a connection that died without a word", async () => {
    await signIn(10);
    await vi.advanceTimersByTimeAsync(36_000);
    expect(FakeSocket.made.length).toBe(2);
  });

  it("waits longer when the server has too many", async () => {
    const socket = await signIn(10);
    socket.drop(1008, "too_many_connections");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(FakeSocket.made.length).toBe(1);
  });

  it("hears why it is over, though a refused request ended the session first", async () => {
    const socket = await signIn(10);
    inbox.stop();
    socket.say(event(11));
    socket.drop(1008, "deactivated");
    expect(onLetOut).toHaveBeenCalledOnce();
    expect(seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.made.length).toBe(1);
  });
});
