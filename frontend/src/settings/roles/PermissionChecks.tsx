import { Checkbox, Fieldset, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "@/auth/session";
import { useGroupText, usePermissionText } from "./usePermissionText";
import { usePermissionGroups } from "./useRoles";

/** Whatever else a role holds, everybody sees their own notices. */
const ALWAYS = ["notices.view"];
const OWNERS_ONLY = "organization.own";

interface Props {
  value: readonly string[];
  /** Had anyhow, by the role; these can't be taken away here. */
  given?: readonly string[];
  error?: string | undefined;
  onChange: (permissions: string[]) => void;
}

/** Every permission there is, to be chosen from those that one has oneself. */
export function PermissionChecks({ value, given = [], error, onChange }: Props) {
  const { t } = useTranslation();
  const { permissions: mine } = useMe();
  const groups = usePermissionGroups();
  const text = usePermissionText();
  const groupText = useGroupText();
  const reasonOf = (name: string): string | undefined => {
    if (ALWAYS.includes(name)) return t("roles.always");
    if (given.includes(name)) return t("roles.inRole");
    if (name === OWNERS_ONLY) return t("roles.ownersOnly");
    return mine.includes(name) ? undefined : t("roles.missing");
  };
  const toggle = (name: string, on: boolean) =>
    onChange(on ? [...value, name] : value.filter((each) => each !== name));
  return (
    <Stack gap="sm">
      {error !== undefined && (
        <Text size="sm" c="var(--pt-danger)" role="alert" data-problem>
          {error}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {groups.data?.map(({ group, permissions }) => (
          <Fieldset key={group} legend={groupText(group)} radius="md">
            <Stack gap={8}>
              {permissions.map((permission) => {
                const { name } = permission;
                const reason = reasonOf(name);
                const had = ALWAYS.includes(name) || given.includes(name);
                return (
                  <Checkbox
                    key={name}
                    size="sm"
                    label={text(permission)}
                    description={reason}
                    // What somebody has already can be taken away, even where it could not be given.
                    disabled={reason !== undefined && (had || !value.includes(name))}
                    checked={had || value.includes(name)}
                    onChange={(event) => toggle(name, event.currentTarget.checked)}
                  />
                );
              })}
            </Stack>
          </Fieldset>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
