import type { Conversation, Media, Me, Message } from "@/api/types";

export const ME: Me = {
  id: "me",
  email: "olga@example.com",
  email_verified: true,
  full_name: "Olga Reis",
  timezone: "",
  phone_number: "",
  bio: "",
  avatar_url: null,
  preferences: {},
  language: "pt-br",
  organization: {
    id: "org",
    name: "Padaria",
    slug: "padaria",
    timezone: "America/Sao_Paulo",
    language: "pt-br",
    currency: "BRL",
  },
  role: "agent",
  permissions: [],
  impersonated_by: null,
  organizations: [{ id: "org", name: "Padaria", role: "agent" }],
};

let made = 0;

export function message(change: Partial<Message> = {}): Message {
  made += 1;
  return {
    id: `message-${made}`,
    conversation_id: "conversation",
    client_id: null,
    direction: "inbound",
    sender: { kind: "contact", id: "contact", name: "Marina Alves" },
    type: "text",
    content: { body: "Oi" },
    text: "Oi",
    media: null,
    files: [],
    template_id: null,
    reply_to: null,
    forwarded: false,
    reactions: [],
    status: "received",
    error: null,
    held: null,
    origin: "live",
    group_id: "",
    referral: null,
    edited_at: null,
    revoked_at: null,
    revisions: [],
    at: "2026-11-24T15:30:00Z",
    sent_at: null,
    delivered_at: null,
    read_at: null,
    failed_at: null,
    created_at: "2026-11-24T15:30:00Z",
    ...change,
  };
}

export function answer(change: Partial<Message> = {}): Message {
  return message({
    direction: "outbound",
    sender: { kind: "agent", id: "me", name: "Olga Reis" },
    status: "sent",
    ...change,
  });
}

export function media(change: Partial<Media> = {}): Media {
  return {
    id: "media",
    mime_type: "image/jpeg",
    size: 482_113,
    filename: "foto.jpg",
    state: "ready",
    url: "/media/media/",
    error: null,
    thumbnail_url: null,
    width: null,
    height: null,
    seconds: null,
    waveform: null,
    ...change,
  };
}

export function conversation(change: Partial<Conversation> = {}): Conversation {
  made += 1;
  return {
    id: `conversation-${made}`,
    status: "open",
    channel: "whatsapp",
    contact: {
      id: "contact",
      display_name: "Marina Alves",
      phone: "5511987654321",
      profile_name: "Marina",
      is_blocked: false,
      is_vip: false,
    },
    number: {
      id: "number",
      display_phone_number: "+55 11 4000-0001",
      verified_name: "Padaria",
      provider: "cloud",
    },
    assignee: null,
    department: null,
    unread_count: 0,
    priority: "medium",
    labels: [],
    last_message: null,
    last_message_at: "2026-11-24T15:30:00Z",
    window_expires_at: "2026-11-25T15:30:00Z",
    source: null,
    thread: null,
    closed_at: null,
    close_reason: "",
    created_at: "2026-11-20T12:00:00Z",
    ...change,
  };
}
