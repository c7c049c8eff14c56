import { ActionIcon, CloseButton, Group, TextInput, Title, Tooltip } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { IconMessagePlus, IconSearch } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePermission } from "@/auth/session";
import { UserMenu } from "@/layout/UserMenu";
import { NoticeBell } from "@/notices/NoticeBell";
import { useShortcut } from "@/shortcuts/useShortcut";
import { ConversationList } from "./ConversationList";
import classes from "./conversations.module.css";
import { FilterMenu } from "./FilterMenu";
import { NewConversationDialog } from "./NewConversationDialog";
import { useInboxAddress } from "./useInboxAddress";
import { ViewTabs } from "./ViewTabs";

function SearchField() {
  const { t } = useTranslation();
  const { filters, filter } = useInboxAddress();
  const field = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState(filters.q ?? "");
  const apply = useDebouncedCallback((q: string) => filter({ q: q.trim() || undefined }), 300);
  // Clearing the filters elsewhere empties the field too.
  const [applied, setApplied] = useState(filters.q);
  if (applied !== filters.q) {
    setApplied(filters.q);
    if (filters.q === undefined) setWords("");
  }
  const change = (next: string) => {
    setWords(next);
    apply(next);
  };
  useShortcut("search", () => field.current?.focus());
  return (
    <TextInput
      ref={field}
      flex={1}
      size="sm"
      type="search"
      leftSection={<IconSearch size={16} />}
      rightSection={
        words === "" ? null : (
          <CloseButton size="sm" onClick={() => change("")} aria-label={t("inbox.clearSearch")} />
        )
      }
      placeholder={t("inbox.search")}
      aria-label={t("inbox.search")}
      value={words}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") field.current?.blur();
      }}
      data-testid="conversation-search"
    />
  );
}

/** The left column: what to see, and the conversations that this leaves. */
export function ConversationColumn() {
  const { t } = useTranslation();
  const [starting, dialog] = useDisclosure(false);
  const canWrite = usePermission("conversations.answer");
  useShortcut("newConversation", dialog.open, canWrite);
  return (
    <section className={classes.column} aria-label={t("inbox.title")}>
      <div className={classes.head}>
        <Group justify="space-between" wrap="nowrap">
          <Title order={1} size="h4">
            {t("inbox.title")}
          </Title>
          <Group gap={4} wrap="nowrap">
            {canWrite && (
              <Tooltip label={t("inbox.new.title")}>
                <ActionIcon
                  variant="light"
                  color="brand"
                  onClick={dialog.open}
                  aria-label={t("inbox.new.title")}
                >
                  <IconMessagePlus size={19} />
                </ActionIcon>
              </Tooltip>
            )}
            <NoticeBell place="head" />
            <span className={classes.narrowOnly}>
              <UserMenu position="bottom-end" />
            </span>
          </Group>
        </Group>
        <Group gap={6} wrap="nowrap">
          <SearchField />
          <FilterMenu />
        </Group>
        <ViewTabs />
      </div>
      <ConversationList />
      <NewConversationDialog opened={starting} onClose={dialog.close} />
    </section>
  );
}
