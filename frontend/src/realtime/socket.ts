import { accessToken, onAccessToken, renew, sessionOver } from "@/auth/tokens";
import { EventCursor } from "./eventCursor";
import { parseFrame, type ClientFrame, type EventFrame, type ServerFrame } from "./frames";

export type ConnectionState = "connecting" | "online" | "catching_up" | "reconnecting" | "offline";

interface Handlers {
  onState: (state: ConnectionState) => void;
  /** The first connection is up, or the log no longer holds what was missed: read everything again. */
  onStartOver: () => void;
  /** The organization has let this person out, who should know why they are at the door. */
  onLetOut: () => void;
  onEvent: (event: EventFrame) => void;
  onFrame: (frame: ServerFrame) => void;
}

const PING_EVERY = 25_000;
const ANSWER_WITHIN = 10_000;
const FIRST_RETRY = 500;
const SLOWEST_RETRY = 15_000;
const TOO_MANY_RETRY = 30_000;
const LAST_WORDS = 1_000;
const REFUSED = 1008;
/** Reasons that end the sign-in itself: no fresh token comes after them. */
const OVER = new Set([
  "signed_out",
  "token_reused",
  "revoked",
  "password_changed",
  "provider_removed",
  "erased",
  "expired",
  "identity_unlinked",
  "deactivated",
]);

/** One socket for this tab: signs in, stays alive, comes back by itself and asks for what it missed. */
export class InboxSocket {
  private socket: WebSocket | null = null;
  private readonly cursor = new EventCursor();
  private failures = 0;
  private stopped = true;
  /** When the missing events were asked for; null while none are missing. */
  private resumingAt: number | null = null;
  private heardAt = 0;
  private watched: string | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private cleanups: (() => void)[] = [];

  constructor(private readonly handlers: Handlers) {}

  start(): void {
    this.stopped = false;
    const listen = (target: EventTarget, name: string, listener: () => void) => {
      target.addEventListener(name, listener);
      this.cleanups.push(() => target.removeEventListener(name, listener));
    };
    listen(window, "online", () => this.reconnectNow());
    listen(window, "offline", () => this.lost());
    listen(document, "visibilitychange", () => {
      if (document.visibilityState === "visible") this.checkPulse();
    });
    this.cleanups.push(onAccessToken((token) => token !== null && this.send({ type: "token", token })));
    this.heartbeat = setInterval(() => this.checkPulse(), PING_EVERY);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    clearInterval(this.heartbeat);
    for (const cleanup of this.cleanups.splice(0)) cleanup();
    // A request may be refused before the server's last frame comes, which says why this session is over.
    setTimeout(() => this.drop(), LAST_WORDS);
  }

  send(frame: ClientFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** Says which conversation is on the screen; said again after each reconnection. */
  watch(conversation: string | null): void {
    if (conversation === this.watched) return;
    if (this.watched !== null) this.send({ type: "unsubscribe", conversation: this.watched });
    this.watched = conversation;
    if (conversation !== null) this.send({ type: "subscribe", conversation });
  }

  reconnectNow(): void {
    if (this.stopped || this.socket !== null) return;
    clearTimeout(this.retry);
    this.connect();
  }

  private connect(): void {
    this.handlers.onState(this.cursor.last === null ? "connecting" : "reconnecting");
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws/v1/inbox/`);
    this.socket = socket;
    this.heardAt = Date.now();
    socket.onopen = () => void this.authenticate(socket);
    socket.onmessage = (message: MessageEvent<unknown>) => {
      this.heardAt = Date.now();
      const frame = typeof message.data === "string" ? parseFrame(message.data) : null;
      if (frame !== null && socket === this.socket && !this.stopped) this.receive(frame);
    };
    socket.onclose = (close) => {
      if (socket === this.socket) this.closed(close);
    };
  }

  private async authenticate(socket: WebSocket): Promise<void> {
    try {
      const token = accessToken() ?? (await renew());
      if (token !== null && socket === this.socket) this.send({ type: "auth", token });
    } catch {
      socket.close();
    }
  }

  private receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "ready":
        this.signedIn(frame.number);
        return;
      case "event":
        this.take(frame);
        return;
      case "start_over":
        this.cursor.moveTo(frame.number);
        this.handlers.onStartOver();
        return;
      case "pong":
        if (frame.at === this.resumingAt) {
          this.resumingAt = null;
          this.handlers.onState("online");
        }
        return;
      default:
        this.handlers.onFrame(frame);
    }
  }

  private signedIn(number: number): void {
    this.failures = 0;
    if (this.watched !== null) this.send({ type: "subscribe", conversation: this.watched });
    if (this.cursor.last === null) {
      this.cursor.moveTo(number);
      this.handlers.onState("online");
      this.handlers.onStartOver();
    } else if (number > this.cursor.last) {
      this.resume(this.cursor.last);
    } else {
      this.handlers.onState("online");
    }
  }

  /** Frames are answered in order, so the answer to a ping sent after `resume` comes when nothing is missing. */
  private resume(after: number): void {
    if (this.resumingAt !== null) return;
    this.resumingAt = Date.now();
    this.handlers.onState("catching_up");
    this.send({ type: "resume", after });
    this.send({ type: "ping", at: this.resumingAt });
  }

  private take(event: EventFrame): void {
    const verdict = this.cursor.judge(event);
    if (verdict === "gap" && this.cursor.last !== null) this.resume(this.cursor.last);
    if (verdict !== "take") return;
    this.cursor.moveTo(event.number);
    this.handlers.onEvent(event);
  }

  private checkPulse(): void {
    if (this.socket === null) this.reconnectNow();
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const asked = Date.now();
    this.send({ type: "ping", at: asked });
    setTimeout(() => {
      if (this.heardAt < asked && this.socket !== null) this.lost();
    }, ANSWER_WITHIN);
  }

  private drop(): void {
    const { socket } = this;
    this.socket = null;
    this.resumingAt = null;
    socket?.close();
  }

  private lost(): void {
    this.drop();
    this.later();
  }

  private closed(close: CloseEvent): void {
    this.drop();
    if (close.reason === "deactivated") this.handlers.onLetOut();
    if (this.stopped) return;
    if (close.code !== REFUSED) this.later();
    else if (close.reason === "too_many_connections") this.later(TOO_MANY_RETRY);
    else void this.askForToken(OVER.has(close.reason) ? sessionOver : renew);
  }

  /** The token was refused: a fresh one decides whether this session goes on. */
  private async askForToken(ask: typeof renew): Promise<void> {
    try {
      if ((await ask()) !== null) this.later();
    } catch {
      this.later();
    }
  }

  private later(least = 0): void {
    if (this.stopped) return;
    if (!navigator.onLine) {
      // The browser says when the network is back; the heartbeat tries now and then, in case it is wrong.
      this.handlers.onState("offline");
      return;
    }
    this.handlers.onState("reconnecting");
    const backoff = Math.min(SLOWEST_RETRY, FIRST_RETRY * 2 ** this.failures);
    this.failures += 1;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.reconnectNow(), Math.max(least, backoff * (0.75 + Math.random() / 2)));
  }
}
