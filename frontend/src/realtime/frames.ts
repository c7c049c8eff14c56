/** The frames of the agents' socket. */

export interface EventFrame {
  type: "event";
  number: number;
  previous: number;
  kind: string;
  at: string;
  data: Record<string, unknown>;
}

export interface Viewer {
  id: string;
  name: string;
}

export type ServerFrame =
  | { type: "ready"; connection: string; user: unknown; number: number }
  | EventFrame
  | { type: "start_over"; number: number }
  | { type: "typing"; conversation: string; user: string; name: string; on: boolean }
  | { type: "viewing"; conversation: string; users: Viewer[] }
  | { type: "presence"; user: string; status: "online" | "offline" }
  | { type: "pong"; at: number }
  | { type: "error"; code: string; detail: string };

export type ClientFrame =
  | { type: "auth"; token: string }
  | { type: "token"; token: string }
  | { type: "resume"; after: number }
  | { type: "subscribe"; conversation: string }
  | { type: "unsubscribe"; conversation: string }
  | { type: "typing"; conversation: string; on: boolean }
  | { type: "idle"; on: boolean }
  | { type: "ping"; at: number };

export function parseFrame(text: string): ServerFrame | null {
  try {
    const frame = JSON.parse(text) as ServerFrame | null;
    return typeof frame === "object" && frame !== null && typeof frame.type === "string" ? frame : null;
  } catch {
    return null;
  }
}
