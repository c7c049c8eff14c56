import type { InfiniteData } from "@tanstack/react-query";
import type { ConversationQuery } from "@/api/conversations";
import { readConversation, readConversations } from "@/api/conversations";
import { keys } from "@/api/keys";
import { ApiProblem } from "@/api/problem";
import type { Conversation, MessageStatus, Page } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { useSession } from "@/auth/session";
import { belongs } from "./filters";

export type ConversationPages = InfiniteData<Page<Conversation>, string | null>;

function lastActivity(conversation: Conversation): number {
  return Date.parse(conversation.last_message_at);
}

function lists(): [ConversationQuery, ConversationPages][] {
  return queryClient
    .getQueriesData<ConversationPages>({ queryKey: keys.lists })
    .flatMap(([key, data]) => (data === undefined ? [] : [[key[1] as ConversationQuery, data]]));
}

function has(data: ConversationPages, id: string): boolean {
  return data.pages.some((page) => page.results.some((item) => item.id === id));
}

function replaceIn(data: ConversationPages, conversation: Conversation): ConversationPages {
  const results = (page: Page<Conversation>) =>
    page.results.map((item) => (item.id === conversation.id ? conversation : item));
  return { ...data, pages: data.pages.map((page) => ({ ...page, results: results(page) })) };
}

function without(data: ConversationPages, id: string): ConversationPages {
  const pages = data.pages.map((page) => ({
    ...page,
    results: page.results.filter((item) => item.id !== id),
  }));
  return { ...data, pages };
}

/** Puts it where its last activity belongs; below the last loaded row it comes with its own page. */
function insertInto(data: ConversationPages, conversation: Conversation): ConversationPages {
  const at = lastActivity(conversation);
  const pages = [...data.pages];
  for (const [index, page] of pages.entries()) {
    const place = page.results.findIndex((item) => lastActivity(item) <= at);
    const isLast = index === pages.length - 1;
    if (place === -1 && !(isLast && page.next === null)) continue;
    const results = [...page.results];
    results.splice(place === -1 ? results.length : place, 0, conversation);
    pages[index] = { ...page, results };
    break;
  }
  return { ...data, pages };
}

export function placeIn(
  data: ConversationPages,
  query: ConversationQuery,
  conversation: Conversation,
  myId: string,
): ConversationPages {
  const wanted = belongs(conversation, query, myId);
  if (wanted === null) return replaceIn(data, conversation);
  if (!wanted) return has(data, conversation.id) ? without(data, conversation.id) : data;
  const before = data.pages.flatMap((page) => page.results).find((item) => item.id === conversation.id);
  if (before !== undefined && lastActivity(before) === lastActivity(conversation)) {
    return replaceIn(data, conversation);
  }
  return insertInto(without(data, conversation.id), conversation);
}

/** Brings every loaded list and the open thread's header up to this state of the conversation. */
export function putConversation(conversation: Conversation): void {
  const myId = useSession.getState().me?.id ?? "";
  queryClient.setQueryData(keys.conversation(conversation.id), conversation);
  for (const [query, data] of lists()) {
    queryClient.setQueryData(keys.list(query), placeIn(data, query, conversation, myId));
  }
}

function everyKnown(): Conversation[] {
  const opened = queryClient.getQueriesData<Conversation>({ queryKey: ["conversation"] });
  return [
    ...opened.flatMap(([, data]) => (data === undefined ? [] : [data])),
    ...lists().flatMap(([, data]) => data.pages.flatMap((page) => page.results)),
  ];
}

export function knownConversation(id: string): Conversation | undefined {
  return everyKnown().find((item) => item.id === id);
}

/** Ids of the conversations that show this contact's name. */
export function conversationsWith(contactId: string): string[] {
  const ids = everyKnown().flatMap(({ id, contact }) => (contact.id === contactId ? [id] : []));
  return [...new Set(ids)];
}

export function dropConversation(id: string): void {
  for (const [query, data] of lists()) queryClient.setQueryData(keys.list(query), without(data, id));
}

export function setLastMessageStatus(conversationId: string, messageId: string, status: MessageStatus): void {
  const known = knownConversation(conversationId);
  if (known?.last_message?.id !== messageId || known.last_message.status === status) return;
  putConversation({ ...known, last_message: { ...known.last_message, status } });
}

export async function refreshConversation(id: string): Promise<void> {
  try {
    putConversation(await readConversation(id));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) dropConversation(id);
    else void queryClient.invalidateQueries({ queryKey: keys.lists });
  }
}

/** After a flood: one request for the top of each list on the screen rather than one for each conversation. */
export async function refreshListTops(): Promise<void> {
  const active = queryClient.getQueryCache().findAll({ queryKey: keys.lists, type: "active" });
  await Promise.all(
    active.map(async ({ queryKey }) => {
      const query = queryKey[1] as ConversationQuery;
      const first = await readConversations(query, null);
      queryClient.setQueryData<ConversationPages>(keys.list(query), { pages: [first], pageParams: [null] });
    }),
  );
  queryClient.removeQueries({ queryKey: keys.lists, type: "inactive" });
}
