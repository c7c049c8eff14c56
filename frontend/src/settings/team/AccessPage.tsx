import { Alert, Anchor, Badge, Group, List, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { User, UserAccess } from "@/api/users";
import { PersonAvatar } from "@/layout/PersonAvatar";
import { useGroupText, usePermissionText } from "@/settings/roles/usePermissionText";
import { useRoleName } from "@/settings/roles/useRoles";
import { SettingsPage } from "@/settings/SettingsPage";
import { useUser, useUserAccess } from "./useTeam";

const route = getRouteApi("/app/settings/team/$userId");

/** Which conversations somebody sees, one sentence for each reason. */
function Sight({ access }: { access: UserAccess }) {
  const { t } = useTranslation();
  const has = (name: string) => access.permissions.some((each) => each.name === name);
  const names = access.departments.map(({ name }) => name).join(", ");
  const lines = [
    t("team.accessPage.own"),
    has("conversations.view_department") &&
      (names === "" ? t("team.accessPage.departmentNone") : t("team.accessPage.department", { names })),
    has("conversations.view_unassigned") && t("team.accessPage.unassigned"),
  ].filter((line) => line !== false);
  if (!has("conversations.view")) return <Text>{t("team.accessPage.none")}</Text>;
  if (has("conversations.view_all")) return <Text>{t("team.accessPage.all")}</Text>;
  return (
    <List>
      {lines.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  );
}

function Permissions({ access, role }: { access: UserAccess; role: string }) {
  const { t } = useTranslation();
  const text = usePermissionText();
  const groupText = useGroupText();
  const groupOf = ({ name }: { name: string }) => name.split(".")[0] ?? "";
  const groups = [...new Set(access.permissions.map(groupOf))];
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
      {groups.map((group) => (
        <section key={group} aria-label={groupText(group)}>
          <Text fw={600} mb={4}>
            {groupText(group)}
          </Text>
          <Stack gap={8}>
            {access.permissions
              .filter((each) => groupOf(each) === group)
              .map((permission) => (
                <div key={permission.name}>
                  <Text size="sm">{text(permission)}</Text>
                  <Text size="xs" c="var(--pt-muted)">
                    {permission.sources
                      .map((source) =>
                        source === "extra"
                          ? t("team.accessPage.fromExtra")
                          : t("team.accessPage.fromRole", { role }),
                      )
                      .join(" · ")}
                  </Text>
                </div>
              ))}
          </Stack>
        </section>
      ))}
    </SimpleGrid>
  );
}

function Explained({ user, access }: { user: User; access: UserAccess }) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const role = roleName(access.custom_role ?? { id: access.role, name: access.role });
  return (
    <>
      <Group gap="sm" wrap="nowrap">
        <PersonAvatar name={user.full_name} picture={user.avatar_url} size={48} />
        <div style={{ minWidth: 0 }}>
          <Group gap={6}>
            <Text fw={600}>{user.full_name}</Text>
            <Badge variant="light">{role}</Badge>
          </Group>
          <Text size="sm" c="var(--pt-muted)" truncate>
            {user.email} · {access.departments.map(({ name }) => name).join(", ") || t("team.noDepartments")}
          </Text>
        </div>
      </Group>
      {!user.is_active && <Alert color="yellow">{t("team.accessPage.noAccess")}</Alert>}
      <Paper withBorder p="md" radius="lg" component="section">
        <Title order={2} size="h5" mb="xs">
          {t("team.accessPage.sees")}
        </Title>
        <Sight access={access} />
      </Paper>
      <Paper withBorder p="md" radius="lg" component="section">
        <Title order={2} size="h5" mb="sm">
          {t("team.accessPage.may")}
        </Title>
        <Permissions access={access} role={role} />
      </Paper>
    </>
  );
}

/** "What can this person see?" */
export function AccessPage() {
  const { t } = useTranslation();
  const { userId } = route.useParams();
  const user = useUser(userId);
  const access = useUserAccess(userId);
  return (
    <SettingsPage section="team" query={user.data === undefined ? user : access}>
      <Anchor renderRoot={(props) => <Link to="/settings/team" {...props} />} size="sm">
        <Group gap={4}>
          <IconArrowLeft size={16} />
          {t("team.accessPage.back")}
        </Group>
      </Anchor>
      {user.data !== undefined && access.data !== undefined && (
        <Explained user={user.data} access={access.data} />
      )}
    </SettingsPage>
  );
}
