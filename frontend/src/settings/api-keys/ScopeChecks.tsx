import { Checkbox, Fieldset, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "@/auth/session";
import { useGroupText, usePermissionText } from "@/settings/roles/usePermissionText";
import { usePermissionGroups } from "@/settings/roles/useRoles";

/** What only people may do, whatever a key's maker may. */
const NOT_FOR_PROGRAMS = ["organization.own", "api_keys.manage", "security.manage"];

interface Props {
  value: readonly string[];
  error?: string;
  onChange: (scopes: string[]) => void;
}

/** The permissions that a key may get: those that its maker has, without those that are for people alone. */
export function ScopeChecks({ value, error, onChange }: Props) {
  const { t } = useTranslation();
  const { permissions: mine } = useMe();
  const text = usePermissionText();
  const groupText = useGroupText();
  const may = (name: string) => mine.includes(name) && !NOT_FOR_PROGRAMS.includes(name);
  const groups = (usePermissionGroups().data ?? [])
    .map(({ group, permissions }) => ({ group, permissions: permissions.filter(({ name }) => may(name)) }))
    .filter(({ permissions }) => permissions.length > 0);
  const toggle = (name: string, on: boolean) =>
    onChange(on ? [...value, name] : value.filter((each) => each !== name));
  return (
    <Stack gap="xs">
      <Text fw={600} size="sm">
        {t("apiKeys.scopes")}
      </Text>
      <Text size="xs" c="var(--pt-muted)">
        {t("apiKeys.scopesDetail")}
      </Text>
      {error !== undefined && (
        <Text size="sm" c="var(--pt-danger)" role="alert" data-problem>
          {error}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {groups.map(({ group, permissions }) => (
          <Fieldset key={group} legend={groupText(group)} radius="md">
            <Stack gap={8}>
              {permissions.map((permission) => (
                <Checkbox
                  key={permission.name}
                  label={text(permission)}
                  checked={value.includes(permission.name)}
                  onChange={(event) => toggle(permission.name, event.currentTarget.checked)}
                />
              ))}
            </Stack>
          </Fieldset>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
