import { sendMessage } from "@/api/messages";
import type { OutgoingMessage, QuotedMessage } from "@/api/types";
import { uploadMedia } from "@/api/upload";
import { newId } from "@/api/uuid";
import { putMessage } from "@/inbox/thread/threadCache";
import { takesCaption, type Attachment } from "./attachments";
import { addOutgoing, changeOutgoing, outgoing, removeOutgoing, type Outgoing } from "./outbox";

export interface Reply {
  id: string;
  quoted: QuotedMessage;
}

const uploads = new Map<string, AbortController>();
/** Messages of one conversation leave one after another, so that they arrive in the order written. */
const queues = new Map<string, Promise<void>>();

type Wording = (error: unknown) => string;

async function upload(entry: Outgoing, attachment: Attachment): Promise<OutgoingMessage> {
  const controller = new AbortController();
  uploads.set(entry.clientId, controller);
  try {
    const media = await uploadMedia(attachment.file, attachment.kind, {
      signal: controller.signal,
      onProgress: (progress) => changeOutgoing(entry.clientId, { progress }),
    });
    return { ...entry.message, media_id: media.id };
  } finally {
    uploads.delete(entry.clientId);
  }
}

async function deliver(clientId: string, wording: Wording): Promise<void> {
  const entry = outgoing(clientId);
  if (entry === undefined) return;
  try {
    let { message } = entry;
    if (entry.attachment !== null && message.media_id === undefined) {
      changeOutgoing(clientId, { state: "uploading", problem: null, progress: 0 });
      message = await upload(entry, entry.attachment);
      // Kept, so that a retry after a refused send does not upload again.
      changeOutgoing(clientId, { message });
    }
    changeOutgoing(clientId, { state: "sending", problem: null });
    const stored = await sendMessage(entry.conversationId, message);
    putMessage(stored);
    removeOutgoing(clientId);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") removeOutgoing(clientId);
    else changeOutgoing(clientId, { state: "refused", problem: wording(error) });
  }
}

function enqueue(clientId: string, conversationId: string, wording: Wording): void {
  const before = queues.get(conversationId) ?? Promise.resolve();
  const mine = before.then(() => deliver(clientId, wording));
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
  wording: Wording;
}

/** Sends what stands in the composer. The text becomes the first file's caption where that can have one. */
export function send({ conversationId, text, attachments, reply, wording }: Sending): void {
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
      problem: null,
      at: new Date().toISOString(),
    });
    enqueue(clientId, conversationId, wording);
  });
}

export function sendAgain(entry: Outgoing, wording: Wording): void {
  changeOutgoing(entry.clientId, { state: "sending", problem: null });
  enqueue(entry.clientId, entry.conversationId, wording);
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
