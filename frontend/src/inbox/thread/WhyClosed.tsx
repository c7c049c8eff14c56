import { Button } from "@mantine/core";
import { IconArrowsExchange, IconBan, IconEye } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { takeThread } from "@/api/conversations";
import type { Conversation } from "@/api/types";
import { useProblemReport } from "@/api/useProblemText";
import { usePermission } from "@/auth/session";
import composerClasses from "../composer/composer.module.css";
import moreClasses from "../composer/more/more.module.css";
import { TemplateButton } from "../composer/more/TemplateButton";
import { putConversation } from "../conversations/cache";
import { useWindow } from "./WindowCountdown";

export type Obstacle = "window" | "blocked" | "viewer" | "standby";

const ICONS = { blocked: IconBan, viewer: IconEye, standby: IconArrowsExchange };

/** Meta's numbers have a window and templates; a gateway's have neither. */
export const hasWindow = ({ number }: Conversation): boolean => number.provider === "cloud";

/** Why the agent can't write here now; null when nothing stands in the way. */
export function useWritable(conversation: Conversation): Obstacle | null {
  const { open } = useWindow(conversation.window_expires_at);
  const mayAnswer = usePermission("conversations.answer");
  if (!mayAnswer) return "viewer";
  if (conversation.contact.is_blocked) return "blocked";
  if (conversation.thread?.owner === "standby") return "standby";
  return open || !hasWindow(conversation) ? null : "window";
}

function TakeOver({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const take = useMutation({
    mutationFn: () => takeThread(conversationId),
    onSuccess: putConversation,
    onError: useProblemReport(),
  });
  return (
    <Button size="compact-md" loading={take.isPending} onClick={() => take.mutate()}>
      {t("thread.takeOver")}
    </Button>
  );
}

interface Props {
  obstacle: Exclude<Obstacle, "window">;
  conversation: Conversation;
}

/** Stands in the composer's place and says why nothing can be sent, and what would help. */
export function WhyClosed({ obstacle, conversation }: Props) {
  const { t } = useTranslation();
  const Icon = ICONS[obstacle];
  return (
    <div className={composerClasses.closed} role="note" data-testid="composer-closed">
      <Icon size={20} aria-hidden="true" />
      <div>
        <strong>{t(`thread.closedFor.${obstacle}.title`)}</strong>
        <div>{t(`thread.closedFor.${obstacle}.detail`)}</div>
        {obstacle === "standby" && (
          <div className={moreClasses.closedRow}>
            <TakeOver conversationId={conversation.id} />
            {hasWindow(conversation) && <TemplateButton conversation={conversation} />}
          </div>
        )}
      </div>
    </div>
  );
}
