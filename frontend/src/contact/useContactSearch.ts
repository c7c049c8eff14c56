import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { searchContacts } from "@/api/contacts";
import { keys } from "@/api/keys";
import type { Contact } from "@/api/types";

const LEAST = 2;

/** Contacts that are found by these words, a moment after the last key. */
export function useContactSearch(words: string): Contact[] {
  const [query] = useDebouncedValue(words.trim(), 250);
  const { data } = useQuery({
    queryKey: keys.contactSearch(query),
    queryFn: ({ signal }) => searchContacts(query, signal),
    enabled: query.length >= LEAST,
    placeholderData: (before) => before,
  });
  return query.length >= LEAST ? (data?.results ?? []) : [];
}
