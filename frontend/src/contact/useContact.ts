import { useMutation, useQuery } from "@tanstack/react-query";
import * as api from "@/api/contacts";
import { keys } from "@/api/keys";
import type { Contact } from "@/api/types";
import { useProblemReport } from "@/api/useProblemText";
import { queryClient } from "@/app/queryClient";
import { usePermission } from "@/auth/session";

export function useContact(id: string) {
  const enabled = usePermission("contacts.view");
  return useQuery({
    queryKey: keys.contact(id),
    queryFn: ({ signal }) => api.readContact(id, signal),
    enabled,
  });
}

export function useContactStats(id: string) {
  return useQuery({
    queryKey: keys.contactStats(id),
    queryFn: ({ signal }) => api.readContactStats(id, signal),
    staleTime: 0,
    refetchInterval: 60_000,
  }).data;
}

export function useTags() {
  return useQuery({ queryKey: keys.tags, queryFn: ({ signal }) => api.readTags(signal) }).data?.results;
}

/** Changes to a contact: shown at once, taken back with the reason when the server refuses. */
export function useContactChanges(id: string) {
  const report = useProblemReport();
  const { mutate, mutateAsync } = useMutation({
    mutationFn: ({ perform }: { expected: Partial<Contact>; perform: () => Promise<Contact> }) => perform(),
    onMutate: ({ expected }) => {
      const before = queryClient.getQueryData<Contact>(keys.contact(id));
      if (before !== undefined) queryClient.setQueryData(keys.contact(id), { ...before, ...expected });
      return before;
    },
    onSuccess: (contact) => {
      queryClient.setQueryData(keys.contact(id), contact);
      // Names, stars and blocks stand in the lists too.
      void queryClient.invalidateQueries({ queryKey: keys.lists });
      void queryClient.invalidateQueries({ queryKey: ["conversation"] });
    },
    onError: (error, _change, before) => {
      if (before !== undefined) queryClient.setQueryData(keys.contact(id), before);
      report(error);
    },
  });
  return {
    change: (change: api.ContactChange) =>
      mutateAsync({ expected: change, perform: () => api.changeContact(id, change) }),
    setVip: (vip: boolean) => mutate({ expected: { is_vip: vip }, perform: () => api.setVip(id, vip) }),
    block: (reason: string) =>
      mutate({
        expected: { is_blocked: true, blocked_reason: reason },
        perform: () => api.blockContact(id, reason),
      }),
    unblock: () => mutate({ expected: { is_blocked: false }, perform: () => api.unblockContact(id) }),
    setTags: (names: string[]) =>
      mutate({
        expected: {},
        perform: async () => {
          const contact = await api.setTags(id, names);
          void queryClient.invalidateQueries({ queryKey: keys.tags });
          return contact;
        },
      }),
  };
}

export type ContactChanges = ReturnType<typeof useContactChanges>;
