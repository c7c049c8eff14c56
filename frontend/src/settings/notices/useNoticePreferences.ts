import { useQuery } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import * as api from "@/api/notices";
import type { NoticePreferenceChanges, NoticePreferences } from "@/api/notices";
import { queryClient } from "@/app/queryClient";

export function useNoticePreferences() {
  return useQuery({
    queryKey: keys.noticePreferences,
    queryFn: ({ signal }) => api.readPreferences(signal),
  });
}

function changed(before: NoticePreferences, changes: NoticePreferenceChanges): NoticePreferences {
  const { kinds = [], ...rest } = changes;
  const chosen = (kind: string) => kinds.find((each) => each.kind === kind) ?? {};
  return { ...before, ...rest, kinds: before.kinds.map((each) => ({ ...each, ...chosen(each.kind) })) };
}

/** A switch moves at once, and moves back where the server refuses. */
export async function changePreferences(changes: NoticePreferenceChanges): Promise<void> {
  const key = keys.noticePreferences;
  await queryClient.cancelQueries({ queryKey: key });
  queryClient.setQueryData<NoticePreferences>(key, (before) => before && changed(before, changes));
  try {
    queryClient.setQueryData(key, await api.changePreferences(changes));
  } catch (error) {
    await queryClient.invalidateQueries({ queryKey: key });
    throw error;
  }
}
