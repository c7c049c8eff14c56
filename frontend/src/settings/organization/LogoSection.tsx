import { Avatar, Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { IconPhotoUp, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Organization } from "@/api/organization";
import { useProblemText } from "@/api/useProblemText";
import { initials } from "@/layout/PersonAvatar";
import { Section } from "@/settings/Section";
import { removeLogo, uploadLogo } from "./useOrganization";

const ACCEPTED = "image/png,image/jpeg,image/webp";

/** The organization's picture: sent at once when it is chosen. */
export function LogoSection({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const again = useRef<() => void>(null);
  const upload = useMutation({
    mutationFn: uploadLogo,
    // The same file may be chosen again after it was refused.
    onSettled: () => again.current?.(),
  });
  const remove = useMutation({ mutationFn: removeLogo });
  const refused = upload.error ?? remove.error;
  return (
    <Section title={t("organization.logo")} about={t("organization.logoHint")}>
      <Group>
        <Avatar
          src={organization.logo_url}
          alt={organization.logo_url === null ? "" : t("organization.logoOf", { name: organization.name })}
          size={88}
          radius="lg"
          color="brand"
          data-testid="organization-logo"
        >
          {initials(organization.name)}
        </Avatar>
        <Stack gap={6}>
          <Group gap="xs">
            <FileButton
              accept={ACCEPTED}
              resetRef={again}
              inputProps={{ "aria-label": t("organization.uploadLogo") }}
              onChange={(file) => {
                if (file !== null) upload.mutate(file);
              }}
            >
              {(props) => (
                <Button
                  {...props}
                  variant="default"
                  leftSection={<IconPhotoUp size={17} />}
                  loading={upload.isPending}
                >
                  {t("organization.uploadLogo")}
                </Button>
              )}
            </FileButton>
            {organization.logo_url !== null && (
              <Button
                variant="subtle"
                color="red"
                leftSection={<IconTrash size={17} />}
                loading={remove.isPending}
                onClick={() => remove.mutate()}
              >
                {t("organization.removeLogo")}
              </Button>
            )}
          </Group>
          {refused !== null && (
            <Text size="sm" c="var(--pt-danger)" role="alert">
              {problemText(refused)}
            </Text>
          )}
        </Stack>
      </Group>
    </Section>
  );
}
