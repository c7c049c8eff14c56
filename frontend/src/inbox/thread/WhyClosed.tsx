import { IconBan, IconEye } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { usePermission } from "@/auth/session";
import composerClasses from "../composer/composer.module.css";
import { useWindow } from "./WindowCountdown";

export type Obstacle = "window" | "blocked" | "viewer";

const ICONS = { blocked: IconBan, viewer: IconEye };

/** Meta's numbers have a window and templates; a gateway's have neither. */
export const hasWindow = ({ number }: Conversation): boolean => number.provider === "cloud";

/** Why the agent can't write here now; null when nothing stands in the way. */
export function useWritable(conversation: Conversation): Obstacle | null {
  const { open } = useWindow(conversation.window_expires_at);
  const mayAnswer = usePermission("conversations.answer");
  if (!mayAnswer) return "viewer";
  if (conversation.contact.is_blocked) return "blocked";
  return open || !hasWindow(conversation) ? null : "window";
}

/** Stands in the composer's place and says why nothing can be sent, and what would help. */
export function WhyClosed({ obstacle }: { obstacle: Exclude<Obstacle, "window"> }) {
  const { t } = useTranslation();
  const Icon = ICONS[obstacle];
  return (
    <div className={composerClasses.closed} role="note" data-testid="composer-closed">
      <Icon size={20} aria-hidden="true" />
      <div>
        <strong>{t(`thread.closedFor.${obstacle}.title`)}</strong>
        <div>{t(`thread.closedFor.${obstacle}.detail`)}</div>
      </div>
    </div>
  );
}
