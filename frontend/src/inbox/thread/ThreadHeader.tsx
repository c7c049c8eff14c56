import { ActionIcon, Badge, Button, Menu, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconArrowLeft,
  IconArrowsExchange,
  IconDoorExit,
  IconHandGrab,
  IconCheck,
  IconDots,
  IconEye,
  IconInfoCircle,
  IconLayoutSidebarRight,
  IconMailOpened,
  IconRotate,
  IconSearch,
  IconStarFilled,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { usePermission } from "@/auth/session";
import { phoneText } from "@/i18n/phone";
import { PersonAvatar } from "@/layout/PersonAvatar";
import { useViewers } from "@/realtime/presence";
import { useShortcut } from "@/shortcuts/useShortcut";
import { AssignMenu } from "../conversations/AssignMenu";
import { CloseDialog } from "../conversations/CloseDialog";
import { isFinished } from "../conversations/filters";
import { useConversationActions } from "../conversations/useConversationActions";
import { useContactPanel } from "../useContactPanel";
import { JumpToDate } from "./JumpToDate";
import { PassDialog, ThreadHolder } from "./ThreadHolder";
import classes from "./thread.module.css";
import { hasWindow } from "./WhyClosed";
import { WindowCountdown } from "./WindowCountdown";

function Viewers({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const viewers = useViewers(conversationId);
  if (viewers.length === 0) return null;
  const names = viewers.map(({ name }) => name).join(", ");
  return (
    <Tooltip label={t("thread.alsoViewing", { names })}>
      <span className={classes.viewers} role="status" aria-label={t("thread.alsoViewing", { names })}>
        <IconEye size={15} aria-hidden="true" />
        {viewers.slice(0, 3).map(({ id, name }) => (
          <PersonAvatar key={id} name={name} size={22} />
        ))}
      </span>
    </Tooltip>
  );
}

interface Props {
  conversation: Conversation;
  onSearch: () => void;
  onJumpToDate: (at: string) => void;
}

export function ThreadHeader({ conversation, onSearch, onJumpToDate }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const panel = useContactPanel();
  const actions = useConversationActions(conversation.id);
  const [closing, closeDialog] = useDisclosure(false);
  const [passing, passDialog] = useDisclosure(false);
  const { owner } = conversation.thread ?? { owner: null };
  const finished = isFinished(conversation);
  const { contact, number } = conversation;

  const backToList = () => void navigate({ to: "/inbox", search: (before) => before });
  const markUnread = () => {
    actions.markUnread();
    backToList();
  };
  const mayAnswer = usePermission("conversations.answer");
  const finish = finished ? actions.reopen : closeDialog.open;
  useShortcut("assignToMe", actions.assignToMe, mayAnswer);
  useShortcut("close", finish, mayAnswer);
  useShortcut("markUnread", markUnread, mayAnswer);
  useShortcut("back", backToList);

  return (
    <header className={classes.header}>
      <ActionIcon hiddenFrom="sm" onClick={backToList} aria-label={t("thread.backToList")}>
        <IconArrowLeft size={20} />
      </ActionIcon>
      <div className={classes.who}>
        <PersonAvatar name={contact.display_name} size={38} />
        <div className={classes.whoText}>
          <button type="button" className={classes.whoName} onClick={panel.toggle}>
            <span className={classes.truncate}>{contact.display_name}</span>
            {contact.is_vip && <IconStarFilled size={14} className={classes.vip} aria-label="VIP" />}
          </button>
          <span className={classes.whoDetail}>
            <ThreadHolder thread={conversation.thread} />
            {hasWindow(conversation) && owner !== "standby" && (
              <WindowCountdown expiresAt={conversation.window_expires_at} />
            )}
            <span className={classes.truncate}>
              {phoneText(contact.phone)} · {number.verified_name || number.display_phone_number}
            </span>
          </span>
        </div>
      </div>
      <Viewers conversationId={conversation.id} />
      {finished && (
        <Badge variant="light" color="gray" visibleFrom="md">
          {t(`inbox.status.${conversation.status}`)}
        </Badge>
      )}
      {mayAnswer && <AssignMenu conversation={conversation} actions={actions} />}
      <span className={classes.wideOnly}>
        <Tooltip label={t("thread.search")}>
          <ActionIcon onClick={onSearch} aria-label={t("thread.search")}>
            <IconSearch size={19} />
          </ActionIcon>
        </Tooltip>
      </span>
      <JumpToDate since={conversation.created_at} onJump={onJumpToDate} />
      {mayAnswer && (
        <Button
          size="xs"
          variant={finished ? "default" : "light"}
          color={finished ? "gray" : "teal"}
          leftSection={finished ? <IconRotate size={16} /> : <IconCheck size={16} />}
          onClick={finish}
          className={classes.wideOnly}
        >
          {finished ? t("thread.reopen") : t("thread.close")}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t("thread.more")}>
            <IconDots size={19} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item hiddenFrom="sm" leftSection={<IconSearch size={16} />} onClick={onSearch}>
            {t("thread.search")}
          </Menu.Item>
          {mayAnswer && (
            <>
              <Menu.Item leftSection={<IconMailOpened size={16} />} onClick={markUnread}>
                {t("thread.markUnread")}
              </Menu.Item>
              <Menu.Item
                leftSection={finished ? <IconRotate size={16} /> : <IconCheck size={16} />}
                onClick={finish}
              >
                {finished ? t("thread.reopen") : t("thread.close")}
              </Menu.Item>
            </>
          )}
          {mayAnswer && owner !== null && (
            <>
              <Menu.Divider />
              <Menu.Label>{t("thread.holder.title")}</Menu.Label>
              {owner !== "owned" && (
                <Menu.Item leftSection={<IconHandGrab size={16} />} onClick={actions.takeThread}>
                  {t("thread.takeOver")}
                </Menu.Item>
              )}
              {owner !== "standby" && (
                <Menu.Item leftSection={<IconArrowsExchange size={16} />} onClick={passDialog.open}>
                  {t("thread.pass")}
                </Menu.Item>
              )}
              {owner === "owned" && (
                <Menu.Item leftSection={<IconDoorExit size={16} />} onClick={actions.releaseThread}>
                  {t("thread.release")}
                </Menu.Item>
              )}
              <Menu.Divider />
            </>
          )}
          <Menu.Item leftSection={<IconInfoCircle size={16} />} onClick={panel.toggle}>
            {t("thread.showContact")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Tooltip label={t("thread.showContact")}>
        <ActionIcon
          visibleFrom="sm"
          onClick={panel.toggle}
          aria-pressed={panel.opened}
          aria-label={t("thread.showContact")}
        >
          <IconLayoutSidebarRight size={19} />
        </ActionIcon>
      </Tooltip>
      <PassDialog conversationId={conversation.id} opened={passing} onClose={passDialog.close} />
      <CloseDialog opened={closing} onCancel={closeDialog.close} onClose={actions.close} />
    </header>
  );
}
