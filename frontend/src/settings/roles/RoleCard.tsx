import {
  ActionIcon,
  Badge,
  Button,
  Collapse,
  Group,
  List,
  Paper,
  SimpleGrid,
  Text,
  Tooltip,
} from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/api/roles";
import { usePermission } from "@/auth/session";
import { useGroupText, usePermissionText } from "./usePermissionText";
import { builtIn, useMayGive, usePermissionGroups, useRoleName } from "./useRoles";

/** What a role may do, by what it is about. */
function Permissions({ of: { permissions: held } }: { of: Role }) {
  const groups = usePermissionGroups();
  const text = usePermissionText();
  const groupText = useGroupText();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} mt="sm" spacing="md">
      {groups.data?.map(({ group, permissions }) => {
        const of = permissions.filter(({ name }) => held.includes(name));
        if (of.length === 0) return null;
        return (
          <section key={group}>
            <Text size="sm" fw={600}>
              {groupText(group)}
            </Text>
            <List size="sm" spacing={2}>
              {of.map((permission) => (
                <List.Item key={permission.name}>{text(permission)}</List.Item>
              ))}
            </List>
          </section>
        );
      })}
    </SimpleGrid>
  );
}

interface Props {
  role: Role;
  onEdit: () => void;
  onRemove: () => void;
}

export function RoleCard({ role, onEdit, onRemove }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const name = useRoleName()(role);
  const standard = builtIn(role);
  const mayManage = usePermission("roles.manage") && standard === undefined;
  const beyond = !useMayGive()(role.permissions);
  const description = standard === undefined ? role.description : t(`roles.about.${standard}`);
  return (
    <Paper withBorder p="md" radius="lg" data-testid="role" component="article" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600}>{name}</Text>
            <Badge variant="light" color={standard === undefined ? "violet" : "gray"}>
              {standard === undefined ? t("roles.own") : t("roles.builtIn")}
            </Badge>
          </Group>
          {description !== "" && (
            <Text size="sm" c="var(--pt-muted)">
              {description}
            </Text>
          )}
        </div>
        {mayManage && (
          <Group gap={4} wrap="nowrap">
            <Tooltip label={beyond ? t("roles.beyondYou") : t("settings.edit")}>
              <ActionIcon aria-label={`${t("settings.edit")}: ${name}`} disabled={beyond} onClick={onEdit}>
                <IconPencil size={18} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={beyond ? t("roles.beyondYou") : t("settings.remove")}>
              <ActionIcon
                color="red"
                aria-label={`${t("settings.remove")}: ${name}`}
                disabled={beyond}
                onClick={onRemove}
              >
                <IconTrash size={18} />
              </ActionIcon>
            </Tooltip>
          </Group>
        )}
      </Group>
      <Button
        mt={6}
        ml={-8}
        size="compact-sm"
        variant="subtle"
        aria-expanded={opened}
        rightSection={opened ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}
        onClick={() => setOpened(!opened)}
      >
        {opened ? t("roles.hideAll") : t("roles.showAll")} ·{" "}
        {t("roles.count", { count: role.permissions.length })}
      </Button>
      <Collapse expanded={opened}>{opened && <Permissions of={role} />}</Collapse>
    </Paper>
  );
}
