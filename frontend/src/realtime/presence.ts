import { create } from "zustand";
import type { ServerFrame, Viewer } from "./frames";
import type { Member } from "@/api/types";
import type { ConnectionState } from "./socket";

/** What passes by and is in no log: the connection, who is here, who looks and who types. */
interface Presence {
  connection: ConnectionState;
  online: Record<string, boolean>;
  /** Of those whose status changed since the members were read. */
  statuses: Record<string, Status>;
  viewers: Record<string, Viewer[]>;
  typing: Record<string, Record<string, { name: string; until: number }>>;
}

export type Status = Member["status"];

const TYPING_LASTS = 6_000;

const EMPTY: Presence = { connection: "connecting", online: {}, statuses: {}, viewers: {}, typing: {} };

export const usePresence = create<Presence>(() => EMPTY);

export function forgetPresence(): void {
  usePresence.setState(EMPTY);
}

function setTyping(conversation: string, user: string, name: string, on: boolean): void {
  usePresence.setState(({ typing }) => {
    const people = { ...typing[conversation] };
    if (on) people[user] = { name, until: Date.now() + TYPING_LASTS };
    else Reflect.deleteProperty(people, user);
    return { typing: { ...typing, [conversation]: people } };
  });
  // Whoever closes the computer while typing never says that it is over.
  if (on) setTimeout(() => expireTyping(conversation, user), TYPING_LASTS + 50);
}

function expireTyping(conversation: string, user: string): void {
  const entry = usePresence.getState().typing[conversation]?.[user];
  if (entry !== undefined && entry.until <= Date.now()) setTyping(conversation, user, entry.name, false);
}

export function takePassingFrame(frame: ServerFrame, myId: string): void {
  if (frame.type === "typing") {
    if (frame.user !== myId) setTyping(frame.conversation, frame.user, frame.name, frame.on);
  } else if (frame.type === "viewing") {
    const users = frame.users.filter(({ id }) => id !== myId);
    usePresence.setState(({ viewers }) => ({ viewers: { ...viewers, [frame.conversation]: users } }));
  } else if (frame.type === "presence") {
    usePresence.setState(({ online }) => ({
      online: { ...online, [frame.user]: frame.status === "online" },
    }));
  }
}

export function setStatus(user: string, status: Status): void {
  usePresence.setState(({ statuses }) => ({ statuses: { ...statuses, [user]: status } }));
}

const NOBODY: never[] = [];

export function useViewers(conversation: string): Viewer[] {
  return usePresence((state) => state.viewers[conversation] ?? NOBODY);
}

/** The name of a colleague who is typing there, if anyone is. */
export function useTypist(conversation: string): string | null {
  return usePresence((state) => Object.values(state.typing[conversation] ?? {})[0]?.name ?? null);
}
