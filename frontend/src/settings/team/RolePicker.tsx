import { Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMayGive, useRoleName, useRoles } from "@/settings/roles/useRoles";

interface Props {
  /** A built-in role's name, or the id of one of the organization's own. */
  value: string;
  error?: string | undefined;
  /** Why this one can't be changed; left out where it can. */
  fixed?: string | undefined;
  onChange: (role: string) => void;
}

/** The roles that one may give: none that holds more than one has oneself. */
export function RolePicker({ value, error, fixed, onChange }: Props) {
  const { t } = useTranslation();
  const roles = useRoles().data ?? [];
  const roleName = useRoleName();
  const mayGive = useMayGive();
  const beyond = new Set(roles.filter(({ permissions }) => !mayGive(permissions)).map(({ id }) => id));
  const options = (builtIn: boolean) =>
    roles
      .filter(({ is_built_in }) => is_built_in === builtIn)
      .map((role) => ({ value: role.id, label: roleName(role), disabled: beyond.has(role.id) }));
  const own = options(false);
  return (
    <Select
      label={t("team.role")}
      description={fixed}
      disabled={fixed !== undefined}
      error={error}
      allowDeselect={false}
      data={[
        { group: t("roles.builtInTitle"), items: options(true) },
        ...(own.length > 0 ? [{ group: t("roles.ownTitle"), items: own }] : []),
      ]}
      value={value}
      onChange={(role) => role !== null && onChange(role)}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.label}</Text>
          {beyond.has(option.value) && <Text size="xs">{t("roles.beyondYou")}</Text>}
        </div>
      )}
    />
  );
}
