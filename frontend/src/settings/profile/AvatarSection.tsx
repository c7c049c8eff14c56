import { Alert, Button, FileButton, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { removeAvatar, uploadAvatar } from "@/api/profile";
import { useProblemText } from "@/api/useProblemText";
import { show, useMe } from "@/auth/session";
import { PersonAvatar } from "@/layout/PersonAvatar";
import { Section } from "@/settings/Section";

/** The person's portrait; without one, their initials. */
export function AvatarSection() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const me = useMe();
  const reset = useRef<() => void>(null);
  const change = useMutation({
    mutationFn: async (file: File | null) =>
      show(await (file === null ? removeAvatar() : uploadAvatar(file))),
    // The same file can be chosen again.
    onSettled: () => reset.current?.(),
  });
  return (
    <Section title={t("profile.avatar")}>
      <Group gap="lg">
        <PersonAvatar name={me.full_name} src={me.avatar_url} size={84} />
        <div>
          <Group gap="xs">
            <FileButton
              accept="image/png,image/jpeg,image/webp"
              resetRef={reset}
              onChange={(file) => file !== null && change.mutate(file)}
            >
              {(props) => (
                <Button variant="default" loading={change.isPending} {...props}>
                  {t("profile.chooseAvatar")}
                </Button>
              )}
            </FileButton>
            {me.avatar_url !== null && (
              <Button
                variant="subtle"
                color="red"
                disabled={change.isPending}
                onClick={() => change.mutate(null)}
              >
                {t("profile.removeAvatar")}
              </Button>
            )}
          </Group>
          <Text size="xs" c="var(--pt-muted)" mt={6}>
            {t("profile.avatarHint")}
          </Text>
        </div>
      </Group>
      {change.isError && (
        <Alert color="red" role="alert">
          {problemText(change.error)}
        </Alert>
      )}
    </Section>
  );
}
