import { sendMessage } from "@/api/messages";
import { isUnreachable } from "@/api/problem";
import { uploadInParts, WHOLE_UP_TO } from "@/api/resumable";
import type { OutgoingMessage, QuotedMessage } from "@/api/types";
import { uploadMedia } from "@/api/upload";
import { newId } from "@/api/uuid";
import { putMessage } from "@/inbox/thread/threadCache";
import { takesCaption, type Attachment } from "./attachments";
import { addOutgoing, changeOutgoing, outgoing, removeOutgoing, useOutbox, type Outgoing } from "./outbox";

export interface Reply {
  id: string;
  quoted: QuotedMessage;
}

const uploads = new Map<string, AbortController>();
/** Messages of one conversation leave one after another, so that they arrive in the order written. */
const queues = new Map<string, Promise<void>>();

async function upload(entry: Outgoing, attachment: Attachment): Promise<OutgoingMessage> {
  const controller = new AbortController();
  uploads.set(entry.clientId, controller);
  try {
    const { file, kind, voice } = attachment;
    const progress = {
      signal: controller.signal,
      onProgress: (share: number) => changeOutgoing(entry.clientId, { progress: share }),
      onWaiting: (waiting: boolean) => changeOutgoing(entry.clientId, { waiting }),
    };
    const media =
      file.size > WHOLE_UP_TO
        ? await uploadInParts(file, kind, progress)
        : await uploadMedia(file, kind, progress, { voice });
    return { ...entry.message, media_id: media.id };
  } finally {
    uploads.delete(entry.clientId);
  }
}

async function deliver(clientId: string): Promise<void> {
  const entry = outgoing(clientId);
  if (entry === undefined) return;
  try {
    let { message } = entry;
    if (entry.attachment !== null && message.media_id === undefined) {
      changeOutgoing(clientId, { state: "uploading", error: null, progress: 0 });
      message = await upload(entry, entry.attachment);
      // Kept, so that a retry after a refused send does not upload again.
      changeOutgoing(clientId, { message });
    }
    changeOutgoing(clientId, { state: "sending", error: null });
    const stored = await sendMessage(entry.conversationId, message);
    putMessage(stored);
    removeOutgoing(clientId);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") removeOutgoing(clientId);
    else changeOutgoing(clientId, { state: "refused", error });
  }
}

function enqueue(clientId: string, conversationId: string): void {
  const before = queues.get(conversationId) ?? Promise.resolve();
  const mine = before.then(() => deliver(clientId));
  queues.set(conversationId, mine);
  void mine.then(() => {
    if (queues.get(conversationId) === mine) queues.delete(conversationId);
  });
}

function compose(
  text: string,
  attachment: Attachment | null,
  clientId: string,
  reply: Reply | null,
): OutgoingMessage {
  const base = { client_id: clientId, ...(reply === null ? {} : { reply_to: reply.id }) };
  if (attachment === null) return { ...base, type: "text", text: { body: text } };
  return {
    ...base,
    type: attachment.kind,
    ...(text === "" ? {} : { caption: text }),
    ...(attachment.kind === "document" ? { filename: attachment.file.name } : {}),
    ...(attachment.kind === "audio" ? { voice: attachment.voice ?? false } : {}),
  };
}

interface Sending {
  conversationId: string;
  text: string;
  attachments: Attachment[];
  reply: Reply | null;
}

/** Sends what stands in the composer. The text becomes the first file's caption where that can have one. */
export function send({ conversationId, text, attachments, reply }: Sending): void {
  const captioned = attachments.find(takesCaption);
  const parts: { text: string; attachment: Attachment | null }[] = attachments.map((attachment) => ({
    attachment,
    text: attachment === captioned ? text : "",
  }));
  if (text !== "" && captioned === undefined) parts.push({ attachment: null, text });
  parts.forEach((part, index) => {
    const clientId = newId();
    const answers = index === 0 ? reply : null;
    addOutgoing({
      clientId,
      conversationId,
      message: compose(part.text, part.attachment, clientId, answers),
      quoted: answers?.quoted ?? null,
      attachment: part.attachment,
      state: part.attachment === null ? "sending" : "uploading",
      progress: 0,
      error: null,
      at: new Date().toISOString(),
    });
    enqueue(clientId, conversationId);
  });
}

export function sendAgain(entry: Outgoing): void {
  changeOutgoing(entry.clientId, { state: "sending", error: null });
  enqueue(entry.clientId, entry.conversationId);
}

/** What found nobody at the other end goes out by itself when the connection is back. */
export function sendUnreachedAgain(): void {
  for (const entry of useOutbox.getState().entries) {
    if (entry.state === "refused" && isUnreachable(entry.error)) sendAgain(entry);
  }
}

/** Takes an unsent message back; a running upload is cut. */
export function discard(entry: Outgoing): void {
  uploads.get(entry.clientId)?.abort();
  removeOutgoing(entry.clientId);
}

export async function react(conversationId: string, messageId: string, emoji: string): Promise<void> {
  const clientId = newId();
  await sendMessage(conversationId, {
    client_id: clientId,
    type: "reaction",
    reaction: { message_id: messageId, emoji },
  });
}
