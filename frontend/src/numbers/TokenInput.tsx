import { Anchor, PasswordInput, Select, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePermission } from "@/auth/session";
import { useSecrets } from "@/settings/secrets/useSecrets";

interface Shown {
  label: string;
  description: string;
  required?: boolean;
  error?: string;
  value: string;
  onChange: (value: string) => void;
}

const referenceTo = (name: string) => `{{secret:${name}}}`;

/** Secrets that anybody of the organization's numbers may use; more are read while somebody looks for one. */
function SecretSelect({ value, onChange, ...shown }: Shown) {
  const { t } = useTranslation();
  const { secrets, hasNextPage, isFetching, fetchNextPage } = useSecrets({
    is_active: true,
    scope: "organization",
  });
  return (
    <Select
      {...shown}
      searchable
      placeholder={t("numbers.chooseSecret")}
      nothingFoundMessage={t("numbers.noSecrets")}
      data={secrets.map(({ name, display_name }) => ({
        value: referenceTo(name),
        label: display_name === "" ? name : `${display_name} (${name})`,
      }))}
      value={value === "" ? null : value}
      onChange={(chosen) => onChange(chosen ?? "")}
      onSearchChange={() => {
        if (hasNextPage && !isFetching) void fetchNextPage();
      }}
    />
  );
}

/** A token or an app secret: typed, or one of the vault's, which is then used as it is at each time. */
export function TokenInput(props: Shown & { focus?: boolean }) {
  const { focus = false, ...shown } = props;
  const { t } = useTranslation();
  const mayChoose = usePermission("secrets.view");
  const [ofVault, setOfVault] = useState(false);
  return (
    <Stack gap={4}>
      {ofVault ? (
        <SecretSelect {...shown} />
      ) : (
        <PasswordInput
          {...shown}
          autoComplete="off"
          data-autofocus={focus || undefined}
          onChange={(event) => shown.onChange(event.currentTarget.value.trim())}
        />
      )}
      {mayChoose && (
        <Anchor
          component="button"
          type="button"
          size="xs"
          ta="start"
          aria-label={`${shown.label}: ${t(ofVault ? "numbers.typeToken" : "numbers.useSecret")}`}
          onClick={() => {
            shown.onChange("");
            setOfVault(!ofVault);
          }}
        >
          {t(ofVault ? "numbers.typeToken" : "numbers.useSecret")}
        </Anchor>
      )}
    </Stack>
  );
}
