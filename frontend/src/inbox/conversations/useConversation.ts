import { useQuery } from "@tanstack/react-query";
import { readConversation } from "@/api/conversations";
import { keys } from "@/api/keys";
import type { Conversation } from "@/api/types";
import { knownConversation } from "./cache";

/** A conversation as the lists know it, at once, and as the server knows it, soon. */
export function useConversation(id: string) {
  return useQuery<Conversation>({
    queryKey: keys.conversation(id),
    queryFn: ({ signal }) => readConversation(id, signal),
    placeholderData: () => knownConversation(id),
  });
}
