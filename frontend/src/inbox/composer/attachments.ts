import type { OutgoingType } from "@/api/types";
import { newId } from "@/api/uuid";

/** A file chosen but not yet sent. */
export interface Attachment {
  id: string;
  file: File;
  kind: AttachmentKind;
  voice?: boolean;
}

export type AttachmentKind = Extract<OutgoingType, "image" | "video" | "audio" | "document">;

const MB = 1024 * 1024;

/** What WhatsApp shows as itself, up to which size; all else travels as a document. */
const KINDS: { kind: AttachmentKind; types: string[]; most: number }[] = [
  { kind: "image", types: ["image/jpeg", "image/png"], most: 5 * MB },
  { kind: "video", types: ["video/mp4", "video/3gpp"], most: 16 * MB },
  { kind: "audio", types: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"], most: 16 * MB },
];

export const LARGEST_DOCUMENT = 100 * MB;

export function kindOf(file: Pick<File, "type" | "size">): AttachmentKind {
  const type = (file.type.split(";")[0] ?? "").toLowerCase();
  const fitting = KINDS.find(({ types, most }) => types.includes(type) && file.size <= most);
  return fitting?.kind ?? "document";
}

export function attachmentOf(file: File): Attachment {
  return { id: newId(), file, kind: kindOf(file) };
}

export function takesCaption({ kind }: Attachment): boolean {
  return kind !== "audio";
}
