import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/api/problem";
import * as api from "@/api/session";
import { useProblemText } from "@/api/useProblemText";
import { AuthFrame } from "./AuthFrame";
import { enter } from "./session";

const EMPTY: api.Registration = { email: "", password: "", full_name: "", organization_name: "" };

export function RegisterPage() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [form, setForm] = useState(EMPTY);
  const create = useMutation({
    mutationFn: async () => enter(await api.register({ ...form, email: form.email.trim() })),
  });
  const fields = create.error instanceof ApiProblem ? create.error.fields : {};
  const field = (name: keyof api.Registration) => ({
    required: true,
    value: form[name],
    error: fields[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget;
      setForm((before) => ({ ...before, [name]: value }));
    },
  });

  return (
    <AuthFrame title={t("auth.create")} subtitle={t("auth.createDetail")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack gap="md">
          {create.isError && Object.keys(fields).length === 0 && (
            <Alert color="red" icon={<IconAlertCircle size={18} />} role="alert">
              {problemText(create.error)}
            </Alert>
          )}
          <TextInput
            label={t("auth.organizationName")}
            autoComplete="organization"
            {...field("organization_name")}
          />
          <TextInput label={t("auth.fullName")} autoComplete="name" {...field("full_name")} />
          <TextInput label={t("auth.email")} type="email" autoComplete="username" {...field("email")} />
          <PasswordInput
            label={t("auth.password")}
            description={t("auth.passwordRule")}
            autoComplete="new-password"
            minLength={8}
            visibilityToggleButtonProps={{ "aria-label": t("auth.showPassword") }}
            {...field("password")}
          />
          <Button type="submit" size="md" loading={create.isPending}>
            {t("auth.createAccount")}
          </Button>
        </Stack>
      </form>
      <Text size="sm" c="var(--pt-muted)">
        {t("auth.haveAccount")}{" "}
        <Anchor component={Link} underline="always" to="/login">
          {t("auth.signIn")}
        </Anchor>
      </Text>
    </AuthFrame>
  );
}
