import { keys } from "@/api/keys";
import { readMe } from "@/api/session";
import type { MessageStatus } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { show, useSession } from "@/auth/session";
import {
  conversationsWith,
  dropConversation,
  refreshConversation,
  refreshListTops,
  setLastMessageStatus,
} from "@/inbox/conversations/cache";
import { noteJoined } from "@/inbox/conversations/joined";
import {
  catchUpThread,
  hasMessage,
  refreshMedia,
  refreshMessage,
  setMessageStatus,
} from "@/inbox/thread/threadCache";
import {
  countAgain,
  countOneMore,
  readAgain as readNoticesAgain,
  showAsRead,
  takeAway,
  takeNew,
} from "@/notices/noticeCache";
import { announce } from "@/notices/useNoticeToasts";
import type { EventFrame } from "./frames";
import { setStatus, type Status } from "./presence";

const GATHER = 200;
/** More changed conversations than this are read as one list. */
const ONE_BY_ONE = 6;

interface Batch {
  conversations: Set<string>;
  threads: Set<string>;
  /** Old messages came into these: whatever was read of them is read again. */
  histories: Set<string>;
  messages: Set<string>;
  contacts: Set<string>;
  /** Those that have come; what is read or deleted is patched in place. */
  notices: Set<string>;
  noticeCount: boolean;
  media: Map<string, { conversation: string; media: string }>;
  counts: boolean;
  members: boolean;
  me: boolean;
  permissions: boolean;
  organization: boolean;
  numbers: boolean;
  templates: boolean;
}

const emptyBatch = (): Batch => ({
  conversations: new Set(),
  threads: new Set(),
  histories: new Set(),
  messages: new Set(),
  contacts: new Set(),
  notices: new Set(),
  noticeCount: false,
  media: new Map(),
  counts: false,
  members: false,
  me: false,
  permissions: false,
  organization: false,
  numbers: false,
  templates: false,
});

/** These need words that the event does not carry: why it failed, what may be done. */
const EXPLAINED: MessageStatus[] = ["failed", "uncertain", "held"];

/** Who I am and what I may do; what I may not see any more has left the screen then, and asks for nothing. */
async function readMyself(): Promise<void> {
  await show(await readMe());
  await new Promise((shown) => setTimeout(shown));
}

/** What I may see is something else: what is on the screen is read again, and nothing else is kept. */
async function lookAgain(): Promise<void> {
  await readMyself();
  queryClient.removeQueries({ type: "inactive" });
  await queryClient.invalidateQueries();
}

/**
 * Turns facts into the fewest reads: ticks are patched in place at once, everything else is gathered. The
 * first fact after a quiet moment is acted on immediately, a flood once in 200 ms.
 */
export class EventBatch {
  private batch = emptyBatch();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private flushedAt = 0;

  add(event: EventFrame): void {
    const { data, kind } = event;
    const conversation = typeof data.conversation_id === "string" ? data.conversation_id : null;
    if (kind === "messaging.ConversationJoined")
      this.addJoined(String(data.conversation_id), String(data.into_id));
    else if (conversation !== null) this.addConversationFact(kind, conversation, event);
    else if (kind === "contacts.ContactsMerged") this.addMerger(data);
    else if (kind === "contacts.ContactChanged") this.batch.contacts.add(String(data.contact_id));
    else if (kind === "accounts.MemberChanged") this.addMemberFact(data);
    else if (kind === "accounts.PermissionsChanged") this.batch.permissions = true;
    else if (kind === "accounts.OrganizationChanged") this.batch.organization = true;
    else if (kind === "accounts.AgentStatusChanged") setStatus(String(data.user_id), data.status as Status);
    else if (kind.startsWith("notifications.")) this.addNoticeFact(kind, data);
    else if (kind === "whatsapp.NumberStatusChanged") this.batch.numbers = true;
    else if (kind === "whatsapp.TemplateChanged") this.batch.templates = true;
    else return;
    this.schedule();
  }

  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.batch = emptyBatch();
  }

  private addConversationFact(kind: string, conversation: string, { data, at }: EventFrame): void {
    const message = typeof data.message_id === "string" ? data.message_id : null;
    if (kind === "messaging.MessageStatusChanged" && message !== null) {
      const status = data.status as MessageStatus;
      setMessageStatus(conversation, message, status, typeof data.at === "string" ? data.at : at);
      setLastMessageStatus(conversation, message, status);
      if (EXPLAINED.includes(status) && hasMessage(conversation, message)) this.batch.messages.add(message);
    } else if (kind === "messaging.MessageMediaReady" && message !== null) {
      this.batch.media.set(message, { conversation, media: String(data.media_id) });
    } else {
      if (kind === "messaging.MessageChanged" && message !== null) {
        if (hasMessage(conversation, message)) this.batch.messages.add(message);
      } else if (message !== null) this.batch.threads.add(conversation);
      if (kind === "messaging.HistoryImported") this.batch.histories.add(conversation);
      this.batch.conversations.add(conversation);
      this.batch.counts = true;
    }
  }

  /** Whoever has one of them open goes on in the other, which has the messages of both. */
  private addJoined(conversation: string, into: string): void {
    noteJoined(conversation, into);
    dropConversation(conversation);
    this.batch.conversations.delete(conversation);
    this.batch.threads.delete(conversation);
    this.batch.conversations.add(into);
    this.batch.histories.add(into);
    this.batch.counts = true;
  }

  /** One of the two is deleted: its conversations are the other's. */
  private addMerger({ contact_id, other_id }: EventFrame["data"]): void {
    for (const id of [String(contact_id), String(other_id)]) this.batch.contacts.add(id);
  }

  /** Who is let out reads nothing more; what somebody may do is shown at once. */
  private addMemberFact(data: EventFrame["data"]): void {
    const mine = data.user_id === useSession.getState().me?.id;
    if (mine && data.is_active === false) return;
    this.batch.members = true;
    if (mine) this.batch.me = true;
  }

  private addNoticeFact(kind: string, data: EventFrame["data"]): void {
    const id = typeof data.notice_id === "string" ? data.notice_id : null;
    this.batch.noticeCount = true;
    if (kind === "notifications.NoticeRead") showAsRead(id);
    else if (kind === "notifications.NoticeDeleted" && id !== null) takeAway(id);
    else if (kind === "notifications.NoticeCreated" && id !== null) {
      this.batch.notices.add(id);
      countOneMore();
      const [severity, title, body, link] = [data.severity, data.title, data.body, data.link].map(String);
      announce({ id, severity: severity ?? "", title: title ?? "", body: body ?? "", link: link ?? "" });
    }
  }

  private schedule(): void {
    if (this.timer !== undefined) return;
    const quiet = Date.now() - this.flushedAt;
    this.timer = setTimeout(() => this.flush(), Math.max(0, GATHER - quiet));
  }

  private flush(): void {
    const batch = this.batch;
    this.clear();
    this.flushedAt = Date.now();
    const work: Promise<unknown>[] = [...batch.threads].map(catchUpThread);
    work.push(...[...batch.messages].map(refreshMessage));
    for (const id of batch.histories)
      work.push(queryClient.invalidateQueries({ queryKey: keys.threads(id) }));
    if (batch.conversations.size > ONE_BY_ONE) work.push(refreshListTops());
    else work.push(...[...batch.conversations].map(refreshConversation));
    for (const [message, { conversation, media }] of batch.media) {
      if (hasMessage(conversation, message)) work.push(refreshMedia(conversation, message, media));
    }
    for (const contact of batch.contacts) {
      work.push(queryClient.invalidateQueries({ queryKey: keys.contact(contact) }));
      for (const id of conversationsWith(contact)) work.push(refreshConversation(id));
    }
    if (batch.notices.size > ONE_BY_ONE) work.push(readNoticesAgain());
    else {
      work.push(...[...batch.notices].map(takeNew));
      if (batch.noticeCount) work.push(countAgain());
    }
    if (batch.counts) work.push(queryClient.invalidateQueries({ queryKey: keys.counts }));
    const iChanged = batch.permissions || batch.me || batch.organization;
    const me = batch.permissions ? lookAgain() : iChanged ? readMyself() : Promise.resolve();
    // Whether I may still see colleagues is known by then.
    work.push(me);
    if (batch.members) work.push(me.then(() => queryClient.invalidateQueries({ queryKey: keys.members })));
    if (batch.organization) work.push(queryClient.invalidateQueries({ queryKey: keys.organization }));
    if (batch.numbers) work.push(queryClient.invalidateQueries({ queryKey: keys.numbers }));
    if (batch.templates) work.push(queryClient.invalidateQueries({ queryKey: keys.templates }));
    // A read that fails now is made good by the next event or reconnection.
    void Promise.allSettled(work);
  }
}
