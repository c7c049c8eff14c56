import { ActionIcon, CloseButton, Group, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconChevronDown, IconChevronUp, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { readMessages } from "@/api/messages";
import type { Message } from "@/api/types";
import classes from "./thread.module.css";

const LEAST = 2;
const MOST = 100;

interface Props {
  conversationId: string;
  onFound: (message: Message, words: string) => void;
  onClose: () => void;
}

/** Looks for words in the whole thread, newest first, and walks through what it finds. */
export function ThreadSearch({ conversationId, onFound, onClose }: Props) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 250);
  const [index, setIndex] = useState(0);
  const enabled = search.length >= LEAST;
  const { data, isFetching } = useQuery({
    queryKey: keys.found(conversationId, search),
    queryFn: ({ signal }) => readMessages(conversationId, { search, page_size: MOST }, signal),
    enabled,
    staleTime: 0,
  });
  const found = data?.results;
  const current = found?.[index];

  useEffect(() => {
    if (current !== undefined) onFound(current, search);
  }, [current, search, onFound]);

  const move = (by: number) => {
    const count = found?.length ?? 0;
    if (count > 0) setIndex((before) => (before + by + count) % count);
  };
  const total = found === undefined ? 0 : found.length;
  const more = data?.next == null ? "" : "+";
  return (
    <div className={classes.search} role="search">
      <TextInput
        flex={1}
        size="sm"
        autoFocus
        leftSection={<IconSearch size={16} />}
        placeholder={t("thread.searchHere")}
        aria-label={t("thread.searchHere")}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          setIndex(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
          if (event.key === "Enter") move(event.shiftKey ? -1 : 1);
        }}
      />
      <Group gap={2} wrap="nowrap">
        <Text size="xs" c="var(--pt-muted)" miw={56} ta="center" role="status">
          {enabled &&
            !isFetching &&
            (total === 0 ? t("thread.nothingFound") : `${index + 1}/${total}${more}`)}
        </Text>
        <ActionIcon onClick={() => move(1)} disabled={total === 0} aria-label={t("thread.olderHit")}>
          <IconChevronUp size={18} />
        </ActionIcon>
        <ActionIcon onClick={() => move(-1)} disabled={total === 0} aria-label={t("thread.newerHit")}>
          <IconChevronDown size={18} />
        </ActionIcon>
        <CloseButton onClick={onClose} aria-label={t("thread.closeSearch")} />
      </Group>
    </div>
  );
}
