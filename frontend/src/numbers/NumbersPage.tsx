import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBrandWhatsapp, IconPlus } from "@tabler/icons-react";
import { Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePermission } from "@/auth/session";
import { useNumbers } from "@/inbox/useColleagues";
import { BackHome } from "@/layout/BackHome";
import { ConnectDialog } from "./ConnectDialog";
import { NumberCard } from "./NumberCard";
import classes from "./numbers.module.css";

/** The organization's WhatsApp numbers: how they are, and how to connect one. */
export function NumbersPage() {
  const { t } = useTranslation();
  const numbers = useNumbers();
  const mayManage = usePermission("numbers.manage");
  const maySee = usePermission("numbers.view");
  const [connecting, dialog] = useDisclosure(false);
  if (!maySee) return <Navigate to="/" replace />;
  return (
    <main className={classes.page}>
      <Stack className={classes.content} gap="lg">
        <Group justify="space-between" align="flex-start">
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <BackHome />
            <div>
              <Title order={1} size="h3">
                {t("numbers.title")}
              </Title>
              <Text size="sm" c="var(--pt-muted)">
                {t("numbers.subtitle")}
              </Text>
            </div>
          </Group>
          {mayManage && (
            <Button leftSection={<IconPlus size={17} />} onClick={dialog.open}>
              {t("numbers.connect")}
            </Button>
          )}
        </Group>
        {numbers.length === 0 && (
          <Alert icon={<IconBrandWhatsapp size={20} />} title={t("numbers.none")}>
            {t(mayManage ? "numbers.noneDetail" : "numbers.noneForOthers")}
          </Alert>
        )}
        {numbers.map((number) => (
          <NumberCard key={number.id} number={number} mayManage={mayManage} />
        ))}
      </Stack>
      <ConnectDialog opened={connecting} onClose={dialog.close} />
    </main>
  );
}
