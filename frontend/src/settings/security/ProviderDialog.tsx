import { PasswordInput, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { IdentityProvider } from "@/api/security";
import { CopyField } from "@/layout/CopyField";
import { FormDialog } from "@/settings/FormDialog";
import { saveProvider } from "./useSecurity";

const ROLES = ["owner", "admin", "supervisor", "agent", "viewer"] as const;
const NOBODY = "nobody";

/** What the provider has to be told of us, as long as no answer of the API says it. */
export const REDIRECT_ADDRESS = `${location.origin}/api/v1/auth/sso/callback/`;

interface Props {
  /** The one to change; none: a new one. */
  provider: IdentityProvider | null;
  onClose: () => void;
}

export function ProviderDialog({ provider, onClose }: Props) {
  const { t } = useTranslation();
  const [form, setForm] = useState({
    name: provider?.name ?? "",
    issuer: provider?.issuer ?? "",
    client_id: provider?.client_id ?? "",
    client_secret: "",
    domains: provider?.domains ?? [],
    joins_as: provider?.joins_as ?? "",
    is_active: provider?.is_active ?? true,
  });
  const set = (changes: Partial<typeof form>) => setForm((before) => ({ ...before, ...changes }));
  // Whoever signs in elsewhere isn't made an owner by it; one that says so already is shown as it is.
  const roles = ROLES.filter((role) => role !== "owner" || provider?.joins_as === "owner");
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={provider?.name ?? t("security.newProvider")}
      size="lg"
      onSend={() => saveProvider(provider, form)}
    >
      {(problems) => (
        <>
          <CopyField
            label={t("security.redirect")}
            description={t("security.redirectHint")}
            value={provider?.redirect_uri ?? REDIRECT_ADDRESS}
          />
          <TextInput
            label={t("security.name")}
            description={t("security.nameHint")}
            required
            data-autofocus
            maxLength={100}
            value={form.name}
            error={problems.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label={t("security.issuer")}
            description={t("security.issuerHint")}
            type="url"
            required
            maxLength={500}
            value={form.issuer}
            error={problems.issuer}
            onChange={(event) => set({ issuer: event.currentTarget.value })}
          />
          <TextInput
            label={t("security.clientId")}
            required
            maxLength={200}
            autoComplete="off"
            value={form.client_id}
            error={problems.client_id}
            onChange={(event) => set({ client_id: event.currentTarget.value })}
          />
          <PasswordInput
            label={t("security.clientSecret")}
            description={provider?.has_secret === true ? t("security.secretKept") : t("security.secretHint")}
            maxLength={500}
            autoComplete="off"
            visibilityToggleButtonProps={{ "aria-label": t("security.showSecret") }}
            value={form.client_secret}
            error={problems.client_secret}
            onChange={(event) => set({ client_secret: event.currentTarget.value })}
          />
          <Select
            label={t("security.joinsAs")}
            description={t("security.joinsAsHint")}
            allowDeselect={false}
            data={[
              { value: NOBODY, label: t("security.nobody") },
              ...roles.map((role) => ({ value: role, label: t(`layout.roles.${role}`) })),
            ]}
            value={form.joins_as === "" ? NOBODY : form.joins_as}
            error={problems.joins_as}
            onChange={(role) => set({ joins_as: role === null || role === NOBODY ? "" : role })}
          />
          {form.joins_as !== "" && (
            <TagsInput
              label={t("security.domains")}
              description={t("security.domainsHint")}
              maxTags={50}
              splitChars={[",", " ", ";"]}
              acceptValueOnBlur
              value={form.domains}
              error={Object.entries(problems).find(([field]) => field.startsWith("domains"))?.[1]}
              onChange={(domains) => set({ domains })}
            />
          )}
          <Switch
            label={t("security.active")}
            checked={form.is_active}
            onChange={(event) => set({ is_active: event.currentTarget.checked })}
          />
        </>
      )}
    </FormDialog>
  );
}
