import { useMutation } from "@tanstack/react-query";
import * as api from "@/api/conversations";
import { keys } from "@/api/keys";
import type { Conversation } from "@/api/types";
import { useProblemReport } from "@/api/useProblemText";
import { queryClient } from "@/app/queryClient";
import { useMe } from "@/auth/session";
import { knownConversation, putConversation } from "./cache";

interface Change {
  id: string;
  /** How the conversation will look; shown before the server has answered. */
  expected: Partial<Conversation>;
  perform: () => Promise<Conversation>;
}

/** Shows a change at once, takes it back with the reason when the server refuses. */
function useOptimisticChange() {
  const report = useProblemReport();
  return useMutation({
    mutationFn: ({ perform }: Change) => perform(),
    onMutate: ({ id, expected }) => {
      const before = knownConversation(id);
      if (before !== undefined) putConversation({ ...before, ...expected });
      return before;
    },
    onSuccess: (conversation) => {
      putConversation(conversation);
      void queryClient.invalidateQueries({ queryKey: keys.counts });
    },
    onError: (error, _change, before) => {
      if (before !== undefined) putConversation(before);
      report(error);
    },
  });
}

type Assignee = NonNullable<Conversation["assignee"]>;

export function useConversationActions(id: string) {
  const me = useMe();
  const { mutate } = useOptimisticChange();
  return {
    assign: (agent: Assignee | null) =>
      mutate({
        id,
        expected: { assignee: agent },
        perform: () => api.assignConversation(id, agent === null ? null : agent.id),
      }),
    assignToMe: () =>
      mutate({
        id,
        expected: { assignee: { id: me.id, full_name: me.full_name } },
        perform: () => api.assignConversation(id),
      }),
    moveTo: (department: Conversation["department"]) =>
      mutate({
        id,
        expected: { department },
        perform: () => api.changeDepartment(id, department === null ? null : department.id),
      }),
    close: (reason: string, resolved: boolean) =>
      mutate({
        id,
        expected: { status: resolved ? "resolved" : "closed", close_reason: reason },
        perform: () => api.closeConversation(id, reason, resolved),
      }),
    reopen: () => mutate({ id, expected: { status: "open" }, perform: () => api.reopenConversation(id) }),
    // Whether it may is WhatsApp's to say: nothing is shown before.
    takeThread: () => mutate({ id, expected: {}, perform: () => api.takeThread(id) }),
    releaseThread: () => mutate({ id, expected: {}, perform: () => api.releaseThread(id) }),
    markUnread: () => {
      const unread = Math.max(1, knownConversation(id)?.unread_count ?? 0);
      mutate({ id, expected: { unread_count: unread }, perform: () => api.markUnread(id) });
    },
  };
}

export type ConversationActions = ReturnType<typeof useConversationActions>;
