import { useQuery } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { readMembers, readNumbers } from "@/api/organization";
import type { Member, WhatsAppNumber } from "@/api/types";
import { usePermission } from "@/auth/session";
import { usePresence } from "@/realtime/presence";

const NO_MEMBERS: Member[] = [];
const NO_NUMBERS: WhatsAppNumber[] = [];

/** The organization's active people, with whether each is here now. */
export function useColleagues(): Member[] {
  const enabled = usePermission("members.view");
  const { data } = useQuery({
    queryKey: keys.members,
    queryFn: ({ signal }) => readMembers(signal),
    enabled,
  });
  const online = usePresence((state) => state.online);
  const statuses = usePresence((state) => state.statuses);
  const members = data?.results.filter(({ is_active }) => is_active) ?? NO_MEMBERS;
  return members.map((member) => ({
    ...member,
    online: online[member.id] ?? member.online,
    status: statuses[member.id] ?? member.status,
  }));
}

/** The organization's numbers; undefined until they are read. */
export function useNumbersIfKnown(): WhatsAppNumber[] | undefined {
  const enabled = usePermission("numbers.view");
  const { data } = useQuery({
    queryKey: keys.numbers,
    queryFn: ({ signal }) => readNumbers(signal),
    enabled,
  });
  return data?.results;
}

export function useNumbers(): WhatsAppNumber[] {
  return useNumbersIfKnown() ?? NO_NUMBERS;
}
