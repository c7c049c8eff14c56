import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { readFilters, type InboxFilters } from "./filters";

/** What the address says about the inbox: the filters and the open conversation; and how to change it. */
export function useInboxAddress() {
  const navigate = useNavigate();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const { conversationId } = useParams({ strict: false });

  const open = useCallback(
    (id: string) =>
      void navigate({
        to: "/inbox/$conversationId",
        params: { conversationId: id },
        search: (before) => before,
      }),
    [navigate],
  );
  const filter = useCallback(
    (change: Partial<InboxFilters>) =>
      void navigate({ to: ".", search: (before) => ({ ...before, ...change }), replace: true }),
    [navigate],
  );
  return { filters: readFilters(search), conversationId: conversationId ?? null, open, filter };
}
