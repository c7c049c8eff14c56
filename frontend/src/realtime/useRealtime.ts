import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { useEffect } from "react";
import { keys } from "@/api/keys";
import { queryClient } from "@/app/queryClient";
import { useMe } from "@/auth/session";
import { sendUnreachedAgain } from "@/inbox/composer/sendOutgoing";
import { EventBatch } from "./eventBatch";
import { watchIdleness } from "./idle";
import { forgetPresence, takePassingFrame, usePresence } from "./presence";
import { InboxSocket } from "./socket";

let socket: InboxSocket | null = null;

/** Everything that the socket keeps current is read again, once. */
function readAgain(): void {
  const queryKeys = [
    keys.lists,
    ["conversation"],
    ["messages"],
    keys.counts,
    keys.members,
    keys.numbers,
    keys.notices,
    ["contact"],
  ];
  for (const queryKey of queryKeys) void queryClient.invalidateQueries({ queryKey });
}

/** Holds this tab's one socket for as long as somebody is signed in. */
export function useRealtime(): void {
  const { id, organization } = useMe();
  useEffect(() => {
    const batch = new EventBatch();
    const idleness = watchIdleness((on) => socket?.send({ type: "idle", on }));
    socket = new InboxSocket({
      onState: (connection) => {
        usePresence.setState({ connection });
        if (connection !== "online") return;
        sendUnreachedAgain();
        if (idleness.isIdle()) socket?.send({ type: "idle", on: true });
      },
      onStartOver: readAgain,
      onLetOut: () =>
        notifications.show({ color: "yellow", message: i18next.t("common.letOut"), autoClose: 20_000 }),
      onEvent: (event) => batch.add(event),
      onFrame: (frame) => takePassingFrame(frame, id),
    });
    socket.start();
    return () => {
      socket?.stop();
      socket = null;
      batch.clear();
      idleness.stop();
      forgetPresence();
    };
  }, [id, organization.id]);
}

export function watchConversation(id: string | null): void {
  socket?.watch(id);
}

export function sayTyping(conversation: string, on: boolean): void {
  socket?.send({ type: "typing", conversation, on });
}

export function reconnectNow(): void {
  socket?.reconnectNow();
}
