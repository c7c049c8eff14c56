/** The API's shapes under the names that the inbox uses; `npm run generate` makes them from docs/openapi.yaml. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Language = Schemas["LanguageEnum"];
export type Me = Schemas["Me"];
export type Tokens = Schemas["Tokens"];
export type Session = Schemas["Session"];
export type Member = Schemas["Member"];

export type Contact = Schemas["Contact"];

export type Conversation = Schemas["Conversation"];
export type ConversationStatus = Schemas["ConversationStatus"];
export type ConversationCounts = Schemas["Counts"];
export type LastMessage = Schemas["LastMessage"];
export type WhatsAppNumber = Schemas["Number"];
export type QrConnection = Schemas["Connection"];

export type Message = Schemas["Message"];
export type MessageStatus = Schemas["MessageStatus"];
export type MessageError = Schemas["MessageError"];
export type Media = Schemas["MessageMedia"];
export type QuotedMessage = Schemas["Quoted"];
export type OutgoingMessage = Schemas["OutgoingMessageRequest"];
export type OutgoingType = Schemas["OutgoingMessageTypeEnum"];

export type ProblemDetails = Schemas["Problem"];

/** A page of a list; `next` is the address of the page after it. */
export interface Page<T> {
  next?: string | null;
  results: T[];
}
