import { Drawer, Kbd, Text } from "@mantine/core";
import { Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePermission } from "@/auth/session";
import { ContactPanel } from "@/contact/ContactPanel";
import { Logo } from "@/layout/Logo";
import { useShortcut } from "@/shortcuts/useShortcut";
import { ConversationColumn } from "./conversations/ConversationColumn";
import { useConversation } from "./conversations/useConversation";
import { useInboxAddress } from "./conversations/useInboxAddress";
import classes from "./inbox.module.css";
import { ThreadPane } from "./thread/ThreadPane";
import { useContactPanel } from "./useContactPanel";

function NothingOpen() {
  const { t } = useTranslation();
  return (
    <div className={classes.nothing}>
      <Logo size={56} />
      <Text fw={600}>{t("inbox.nothingOpen")}</Text>
      <Text size="sm" c="var(--pt-muted)">
        <Kbd>J</Kbd> <Kbd>K</Kbd> {t("inbox.nothingOpenHint")} <Kbd>?</Kbd>
      </Text>
    </div>
  );
}

/** The contact of the open conversation, beside the thread or over it. */
function ContactSide({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const panel = useContactPanel();
  const { data } = useConversation(conversationId);
  useShortcut("contactPanel", panel.toggle);
  if (data === undefined) return null;
  const contact = (
    <ContactPanel contactId={data.contact.id} conversationId={conversationId} onClose={panel.close} />
  );
  if (panel.fits) return panel.opened && <div className={classes.side}>{contact}</div>;
  return (
    <Drawer
      opened={panel.opened}
      onClose={panel.close}
      position="right"
      size={360}
      withCloseButton={false}
      padding={0}
      classNames={{ body: classes.drawer }}
      aria-label={t("contact.title")}
    >
      {contact}
    </Drawer>
  );
}

function Inbox() {
  const { conversationId } = useInboxAddress();
  return (
    <div className={classes.inbox} data-open={conversationId !== null || undefined}>
      <div className={classes.list}>
        <ConversationColumn />
      </div>
      <main className={classes.thread}>
        {conversationId === null ? <NothingOpen /> : <ThreadPane conversationId={conversationId} />}
      </main>
      {conversationId !== null && <ContactSide conversationId={conversationId} />}
    </div>
  );
}

/** Whoever sees no conversations, or sees none any more, goes where there is something for them. */
export function InboxPage() {
  return usePermission("conversations.view") ? <Inbox /> : <Navigate to="/" replace />;
}
