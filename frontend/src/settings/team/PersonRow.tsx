import { ActionIcon, Badge, Group, Menu, Paper, Text, Tooltip } from "@mantine/core";
import {
  IconDotsVertical,
  IconEye,
  IconPencil,
  IconUserCheck,
  IconUserOff,
  IconUserX,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { User } from "@/api/users";
import { useMe, usePermission } from "@/auth/session";
import { PersonAvatar } from "@/layout/PersonAvatar";
import { usePresence } from "@/realtime/presence";
import { useRoleName } from "@/settings/roles/useRoles";
import classes from "./team.module.css";
import { useBounds } from "./useBounds";

export interface Actions {
  onEdit: () => void;
  onActivate: () => void;
  onDeactivate: () => void;
  onRemove: () => void;
}

function MoreMenu({ user, onActivate, onDeactivate, onRemove }: { user: User } & Actions) {
  const { t } = useTranslation();
  const { letOut: reason } = useBounds(user);
  const name = user.full_name;
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <ActionIcon aria-label={`${t("team.actions")}: ${name}`}>
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {reason !== undefined && <Menu.Label>{reason}</Menu.Label>}
        {user.is_active ? (
          <Menu.Item
            leftSection={<IconUserOff size={16} />}
            disabled={reason !== undefined}
            onClick={onDeactivate}
          >
            {t("team.deactivate")}
          </Menu.Item>
        ) : (
          <Menu.Item
            leftSection={<IconUserCheck size={16} />}
            disabled={reason !== undefined}
            onClick={onActivate}
          >
            {t("team.activate")}
          </Menu.Item>
        )}
        <Menu.Item
          color="red"
          leftSection={<IconUserX size={16} />}
          disabled={reason !== undefined}
          onClick={onRemove}
        >
          {t("team.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface Props extends Actions {
  user: User;
  /** Of all departments, by their ids. */
  departmentNames: ReadonlyMap<string, string>;
}

export function PersonRow({ user, departmentNames, ...actions }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const mayManage = usePermission("members.manage");
  const status = usePresence((state) => state.statuses[user.id]) ?? user.status;
  const roleName = useRoleName();
  const name = user.full_name;
  const role = roleName(user.custom_role ?? { id: user.role, name: user.role });
  const departments = user.department_ids.flatMap((id) => departmentNames.get(id) ?? []);
  return (
    <Paper
      withBorder
      p="md"
      radius="lg"
      component="article"
      aria-label={name}
      data-testid="person"
      data-inactive={!user.is_active || undefined}
      className={classes.row}
    >
      <Group gap="sm" wrap="nowrap" align="flex-start" miw={0} flex={1}>
        <PersonAvatar
          name={name}
          size={40}
          picture={user.avatar_url}
          status={user.is_active ? status : undefined}
        />
        <div className={classes.who}>
          <Group gap={6}>
            <Text fw={600}>{name}</Text>
            {user.id === me.id && (
              <Text size="sm" c="var(--pt-muted)">
                ({t("team.you")})
              </Text>
            )}
            <Badge variant="light">{role}</Badge>
            {!user.is_active && <Badge color="gray">{t("team.inactive")}</Badge>}
          </Group>
          <Text size="sm" c="var(--pt-muted)" truncate>
            {user.email}
            {user.is_active && ` · ${t(`team.statuses.${status}`)}`}
          </Text>
          {departments.length > 0 && (
            <Text size="sm" c="var(--pt-muted)">
              {departments.join(", ")}
            </Text>
          )}
          {user.skills.length > 0 && (
            <Group gap={6} mt={4}>
              {user.skills.map((skill) => (
                <Badge key={skill.name} variant="outline" color="gray" tt="none" className={classes.skill}>
                  {skill.name} · {skill.proficiency}
                </Badge>
              ))}
            </Group>
          )}
        </div>
      </Group>
      <Group gap={4} wrap="nowrap">
        <Tooltip label={t("team.access")}>
          <ActionIcon
            aria-label={`${t("team.access")}: ${name}`}
            renderRoot={(props) => (
              <Link to="/settings/team/$userId" params={{ userId: user.id }} {...props} />
            )}
          >
            <IconEye size={18} />
          </ActionIcon>
        </Tooltip>
        {mayManage && (
          <>
            <Tooltip label={t("settings.edit")}>
              <ActionIcon aria-label={`${t("settings.edit")}: ${name}`} onClick={actions.onEdit}>
                <IconPencil size={18} />
              </ActionIcon>
            </Tooltip>
            <MoreMenu user={user} {...actions} />
          </>
        )}
      </Group>
    </Paper>
  );
}
