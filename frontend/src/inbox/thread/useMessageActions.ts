import { useMutation } from "@tanstack/react-query";
import { cancelMessage, retryMessage } from "@/api/messages";
import { useProblemReport } from "@/api/useProblemText";
import { react } from "@/inbox/composer/sendOutgoing";
import { putMessage } from "./threadCache";

/** What an agent does to a message that exists: try again, cancel, react. */
export function useMessageActions(conversationId: string) {
  const onError = useProblemReport();

  const retry = useMutation({ mutationFn: retryMessage, onSuccess: putMessage, onError });
  const cancel = useMutation({ mutationFn: cancelMessage, onSuccess: putMessage, onError });
  const reaction = useMutation({
    mutationFn: ({ id, emoji }: { id: string; emoji: string }) => react(conversationId, id, emoji),
    onError,
  });

  return { retry, cancel, reaction };
}

export type MessageActions = ReturnType<typeof useMessageActions>;
