import { Badge, Select, Text, Textarea, Tooltip } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { passThread } from "@/api/conversations";
import type { Conversation } from "@/api/types";
import { dateAndTime } from "@/i18n/format";
import { FormDialog } from "@/settings/FormDialog";
import { putConversation } from "../conversations/cache";

export const ROLES = ["ai_agent", "ctwa", "customer_service", "escalation", "marketing", "utility"] as const;
export type Role = (typeof ROLES)[number];
const LONGEST_NOTE = 2000;

/** Who has the chat, where the number has a second responder; nothing where it never had one. */
export function ThreadHolder({ thread }: { thread: Conversation["thread"] }) {
  const { t } = useTranslation();
  if (thread === null) return null;
  const role = ROLES.find((known) => known === thread.role);
  const who = role === undefined ? t("thread.roles.other") : t(`thread.roles.${role}`);
  const words = t(`thread.holder.${thread.owner}`, { who });
  const since =
    thread.changed_at === null
      ? words
      : t("thread.holder.since", { words, at: dateAndTime(thread.changed_at) });
  return (
    <Tooltip label={since}>
      <Badge
        variant="light"
        color={thread.owner === "standby" ? "orange" : thread.owner === "owned" ? "teal" : "gray"}
        leftSection={<IconArrowsExchange size={12} aria-hidden="true" />}
        tt="none"
        role="status"
        data-testid="thread-holder"
        data-owner={thread.owner}
        style={{ minWidth: "3rem" }}
      >
        {words}
      </Badge>
    </Tooltip>
  );
}

interface Props {
  conversationId: string;
  opened: boolean;
  onClose: () => void;
}

/** Asks to whom the chat goes, and what they should know. */
export function PassDialog({ conversationId, opened, onClose }: Props) {
  const { t } = useTranslation();
  const [role, setRole] = useState<Role>("escalation");
  const [note, setNote] = useState("");
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("thread.pass")}
      does={t("thread.passing.does")}
      onSend={async () => putConversation(await passThread(conversationId, role, note.trim()))}
    >
      {(problems) => (
        <>
          <Text size="sm">{t("thread.passing.hint")}</Text>
          <Select
            label={t("thread.passing.to")}
            data={ROLES.map((value) => ({ value, label: t(`thread.roles.${value}`) }))}
            value={role}
            allowDeselect={false}
            error={problems.role}
            onChange={(value) => setRole(value ?? "escalation")}
          />
          <Textarea
            label={t("thread.passing.note")}
            description={t("thread.passing.noteHint", { used: note.length, most: LONGEST_NOTE })}
            value={note}
            maxLength={LONGEST_NOTE}
            autosize
            minRows={2}
            maxRows={6}
            data-autofocus
            error={problems.note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        </>
      )}
    </FormDialog>
  );
}
