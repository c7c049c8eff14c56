import type { Message } from "@/api/types";
import { AudioBody } from "./AudioBody";
import { ContactsBody, DocumentBody, LocationBody, OrderBody } from "./CardBodies";
import { text } from "./content";
import { FormBody, LinkedFileBody, TemplateBody } from "./FormBody";
import { FormattedText } from "./FormattedText";
import { isOffered } from "./forms";
import { ButtonBody, InteractiveBody, ReactionBody, UnknownBody, UnsupportedBody } from "./SpokenBodies";
import { ImageBody, StickerBody, VideoBody } from "./VisualBodies";

export interface BodyProps {
  message: Message;
  /** Words to mark, from the search in the thread. */
  found: string;
}

function TextBody({ message, found }: BodyProps) {
  return <FormattedText text={text(message.content.body) || message.text} found={found} />;
}

/** What a customer tapped or answered, or what we offered to them. */
function EitherBody(props: BodyProps) {
  const offered = props.message.direction === "outbound" && isOffered(props.message.content);
  return offered ? <FormBody {...props} /> : <InteractiveBody {...props} />;
}

const FILES = ["image", "video", "audio", "document", "sticker"];

const BODIES: Record<string, React.ComponentType<BodyProps>> = {
  text: TextBody,
  image: ImageBody,
  video: VideoBody,
  audio: AudioBody,
  voice: AudioBody,
  document: DocumentBody,
  sticker: StickerBody,
  location: LocationBody,
  contacts: ContactsBody,
  reaction: ReactionBody,
  interactive: EitherBody,
  template: TemplateBody,
  button: ButtonBody,
  order: OrderBody,
  unsupported: UnsupportedBody,
};

/** What a message says, drawn by its type; a type that nobody knows yet is still readable. */
export function MessageBody(props: BodyProps) {
  const { type, media, content } = props.message;
  const linked = media === null && FILES.includes(type) && text(content.link) !== "";
  const Body = linked ? LinkedFileBody : (BODIES[type] ?? UnknownBody);
  return <Body {...props} />;
}
