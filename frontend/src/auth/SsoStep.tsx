import { Anchor, Button, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { beginSso } from "@/api/signIn";
import { wanted } from "@/app/wanted";
import { SignInAlert } from "./SignInAlert";
import { rememberSecret } from "./ssoMemory";
import { useWait } from "./useWait";

interface Props {
  /** The organization's short name, where the link has said it. */
  known?: string | undefined;
  onBack: () => void;
}

/** Which organization? Its own provider says who somebody is. */
export function SsoStep({ known = "", onBack }: Props) {
  const { t } = useTranslation();
  const wait = useWait();
  const [organization, setOrganization] = useState(known);
  const begin = useMutation({
    mutationFn: async () => {
      const started = await beginSso(organization.trim().toLowerCase(), `/app${wanted().to}`);
      rememberSecret(started.secret);
      location.assign(started.redirect_to);
    },
    onError: wait.begin,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate();
      }}
    >
      <Stack gap="md">
        <SignInAlert error={begin.error} wait={wait.left} />
        <TextInput
          label={t("auth.sso.organization")}
          description={t("auth.sso.organizationHint")}
          placeholder={t("auth.sso.example")}
          required
          autoFocus
          autoCapitalize="none"
          spellCheck={false}
          maxLength={100}
          value={organization}
          onChange={(event) => setOrganization(event.currentTarget.value)}
          data-testid="sso-organization"
        />
        <Button type="submit" size="md" loading={begin.isPending} disabled={wait.left > 0}>
          {t("auth.sso.go")}
        </Button>
        <Anchor component="button" type="button" size="sm" ta="start" onClick={onBack}>
          {t("auth.back")}
        </Anchor>
      </Stack>
    </form>
  );
}
