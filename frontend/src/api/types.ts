/** The shapes of the API that the inbox works with. */

export type Language = "pt-br" | "en";
export type Role = "owner" | "admin" | "supervisor" | "agent" | "viewer";

export interface OrganizationRef {
  id: string;
  name: string;
  role: Role;
}

export interface Me {
  id: string;
  email: string;
  full_name: string;
  language: Language;
  organization: { id: string; name: string; slug: string; timezone: string; language: string };
  role: Role;
  permissions: string[];
  organizations: OrganizationRef[];
}

export interface Tokens {
  access: string;
  refresh: string;
  expires_in: number;
}

export interface Session extends Tokens {
  user: Me;
}

export interface Page<T> {
  next: string | null;
  previous: string | null;
  results: T[];
}

export interface Member {
  id: string;
  full_name: string;
  email: string;
  role: Role;
  is_active: boolean;
  online: boolean;
}

export interface Tag {
  id: string;
  name: string;
  color: string;
}

export interface Contact {
  id: string;
  name: string;
  display_name: string;
  profile_name: string;
  phone: string;
  email: string;
  company: string;
  job_title: string;
  notes: string;
  attributes: Record<string, unknown>;
  source: string;
  lifecycle_stage: string;
  opted_in: boolean;
  is_blocked: boolean;
  blocked_at: string | null;
  blocked_reason: string;
  is_vip: boolean;
  tags: Tag[];
  last_message_at: string | null;
  created_at: string;
  updated_at: string;
}

export interface ContactStats {
  total_conversations: number;
  total_messages: number;
  last_interaction: string | null;
}

export type ConversationStatus =
  "open" | "queued" | "active" | "pending" | "snoozed" | "resolved" | "closed" | "archived";

export type Priority = "low" | "medium" | "high" | "urgent";
export type Direction = "inbound" | "outbound";

export type MessageStatus =
  | "received"
  | "scheduled"
  | "queued"
  | "held"
  | "sending"
  | "uncertain"
  | "accepted"
  | "sent"
  | "delivered"
  | "read"
  | "played"
  | "failed"
  | "cancelled";

export interface LastMessage {
  id: string;
  direction: Direction;
  type: string;
  preview: string;
  status: MessageStatus;
  at: string;
}

export interface Conversation {
  id: string;
  status: ConversationStatus;
  channel: string;
  contact: {
    id: string;
    display_name: string;
    phone: string;
    profile_name: string;
    is_blocked: boolean;
    is_vip: boolean;
  };
  number: { id: string; display_phone_number: string; verified_name: string };
  assignee: { id: string; full_name: string } | null;
  unread_count: number;
  priority: Priority;
  labels: string[];
  last_message: LastMessage | null;
  last_message_at: string | null;
  window_expires_at: string | null;
  closed_at: string | null;
  close_reason: string;
  created_at: string;
}

export interface ConversationCounts {
  all: number;
  mine: number;
  unassigned: number;
  unread: number;
}

export interface Media {
  id: string;
  mime_type: string;
  size: number | null;
  filename: string;
  state: "pending" | "ready" | "failed" | "expired";
  url: string | null;
  error: string | null;
}

export interface MessageError {
  code: string | number;
  title: string;
  detail: string;
}

export interface QuotedMessage {
  id: string | null;
  sender_name: string;
  type: string;
  preview: string;
}

export interface Reaction {
  emoji: string;
  direction: Direction;
}

export interface Message {
  id: string;
  conversation_id: string;
  client_id: string | null;
  direction: Direction;
  sender: { kind: "contact" | "agent" | "bot" | "system" | "api"; id: string | null; name: string };
  type: string;
  content: Record<string, unknown>;
  text: string;
  media: Media | null;
  reply_to: QuotedMessage | null;
  forwarded: boolean;
  reactions: Reaction[];
  status: MessageStatus;
  error: MessageError | null;
  at: string;
  sent_at: string | null;
  delivered_at: string | null;
  read_at: string | null;
  failed_at: string | null;
  created_at: string;
}

export type OutgoingType =
  "text" | "image" | "video" | "audio" | "document" | "sticker" | "location" | "contacts" | "reaction";

export interface OutgoingMessage {
  client_id?: string;
  type: OutgoingType;
  text?: { body: string };
  media_id?: string;
  caption?: string;
  filename?: string;
  voice?: boolean;
  location?: { latitude: number; longitude: number; name?: string; address?: string };
  reaction?: { message_id: string; emoji: string };
  reply_to?: string;
}

export interface WhatsAppNumber {
  id: string;
  phone_number_id: string;
  waba_id: string;
  display_phone_number: string;
  verified_name: string;
  status: "connected" | "held" | "disconnected" | "error";
  status_detail: string;
  quality_rating: string;
  messages_per_second: number;
  is_active: boolean;
  webhook_url: string;
}

export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; code: string; message: string }[];
  trace_id?: string;
}
