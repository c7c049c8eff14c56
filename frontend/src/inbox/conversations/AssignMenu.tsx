import { Button, Menu, ScrollArea, TextInput, Tooltip } from "@mantine/core";
import { IconCheck, IconSearch, IconUserCheck, IconUserOff, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { useMe } from "@/auth/session";
import { PersonAvatar } from "@/layout/PersonAvatar";
import { DepartmentMark } from "@/settings/departments/DepartmentMark";
import { useDepartments } from "@/settings/departments/useDepartments";
import { useColleagues } from "../useColleagues";
import classes from "./conversations.module.css";
import type { ConversationActions } from "./useConversationActions";

interface Props {
  conversation: Conversation;
  actions: ConversationActions;
}

const SEARCH_FROM = 8;

/** Who takes care of the conversation: me, a colleague or nobody; and which department has it. */
export function AssignMenu({ conversation: { assignee, department }, actions }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const colleagues = useColleagues().filter(({ id, role }) => id !== me.id && role !== "viewer");
  const departments = (useDepartments().data ?? []).filter(({ is_active }) => is_active);
  const [words, setWords] = useState("");
  const shown = colleagues.filter(({ full_name }) => full_name.toLowerCase().includes(words.toLowerCase()));
  const label = assignee === null ? t("inbox.assign") : t("inbox.assignedTo", { name: assignee.full_name });
  return (
    <Menu position="bottom-end" width={260} onClose={() => setWords("")}>
      <Tooltip label={label}>
        <Menu.Target>
          <Button size="xs" variant="default" className={classes.assign} aria-label={label} px={8}>
            {assignee === null ? (
              <IconUserPlus size={17} />
            ) : (
              <PersonAvatar name={assignee.full_name} size={22} />
            )}
            <span className={classes.assignName}>
              {assignee === null ? t("inbox.assign") : assignee.full_name}
            </span>
          </Button>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        {assignee?.id !== me.id && (
          <Menu.Item leftSection={<IconUserCheck size={17} />} onClick={actions.assignToMe}>
            {t("inbox.assignToMe")}
          </Menu.Item>
        )}
        {assignee !== null && (
          <Menu.Item leftSection={<IconUserOff size={17} />} onClick={() => actions.assign(null)}>
            {t("inbox.unassign")}
          </Menu.Item>
        )}
        {colleagues.length > 0 && <Menu.Label>{t("inbox.colleagues")}</Menu.Label>}
        {colleagues.length >= SEARCH_FROM && (
          <TextInput
            size="xs"
            mx={6}
            mb={4}
            leftSection={<IconSearch size={14} />}
            aria-label={t("inbox.searchColleague")}
            placeholder={t("inbox.searchColleague")}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        )}
        <ScrollArea.Autosize mah={260} type="auto">
          {shown.map(({ id, full_name, status }) => (
            <Menu.Item
              key={id}
              leftSection={<PersonAvatar name={full_name} size={24} status={status} />}
              disabled={id === assignee?.id}
              onClick={() => actions.assign({ id, full_name })}
            >
              {full_name}
            </Menu.Item>
          ))}
        </ScrollArea.Autosize>
        {departments.length > 0 && <Menu.Label>{t("inbox.department")}</Menu.Label>}
        {departments.map(({ id, name, color, icon }) => {
          const here = id === department?.id;
          return (
            <Menu.Item
              key={id}
              leftSection={<DepartmentMark size={14} color={color} icon={icon} />}
              rightSection={here ? <IconCheck size={16} aria-label={t("layout.current")} /> : null}
              onClick={() => actions.moveTo(here ? null : { id, name, color })}
            >
              {name}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
