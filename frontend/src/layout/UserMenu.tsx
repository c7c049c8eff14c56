import { Box, ColorSwatch, Menu, Text, UnstyledButton } from "@mantine/core";
import {
  IconBell,
  IconBrandWhatsapp,
  IconBuilding,
  IconCheck,
  IconKeyboard,
  IconLogout,
  IconSettings,
  IconTemplate,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { chooseStatus } from "@/api/session";
import { useProblemReport } from "@/api/useProblemText";
import { useColleagues } from "@/inbox/useColleagues";
import { leave, moveToOrganization, useMe, usePermission } from "@/auth/session";
import { setStatus, type Status } from "@/realtime/presence";
import { AppearanceSwitch } from "./AppearanceSwitch";
import { LanguageSwitch } from "./LanguageSwitch";
import { PersonAvatar, STATUS_COLORS } from "./PersonAvatar";
import { useHelp } from "./useHelp";

const STATUSES: Status[] = ["online", "away", "busy", "offline"];

/** Who I am and where; language, appearance, another organization, the way out. */
export function UserMenu({ position }: { position: "right-end" | "bottom-end" }) {
  const { t } = useTranslation();
  const report = useProblemReport();
  const me = useMe();
  const seesNumbers = usePermission("numbers.view");
  const seesTemplates = usePermission("templates.view");
  const openHelp = useHelp((state) => state.open);
  const status = useColleagues().find(({ id }) => id === me.id)?.status;
  const choose = (wanted: Status) => {
    chooseStatus(wanted).then((chosen) => setStatus(me.id, chosen.status), report);
  };
  const move = (id: string) => {
    moveToOrganization(id).catch(report);
  };
  return (
    <Menu position={position} width={270} offset={12}>
      <Menu.Target>
        <UnstyledButton aria-label={t("layout.userMenu", { name: me.full_name })} data-testid="user-menu">
          <PersonAvatar name={me.full_name} src={me.avatar_url} size={36} status={status} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Box px="sm" py={6}>
          <Text fw={600} size="sm" truncate>
            {me.full_name}
          </Text>
          <Text size="xs" c="var(--pt-muted)" truncate>
            {me.email} · {t(`layout.roles.${me.role}`)}
          </Text>
        </Box>
        <Menu.Divider />
        {STATUSES.map((each) => (
          <Menu.Item
            key={each}
            leftSection={<ColorSwatch size={12} color={`var(--mantine-color-${STATUS_COLORS[each]}-6)`} />}
            rightSection={each === status ? <IconCheck size={16} aria-label={t("layout.current")} /> : null}
            onClick={() => choose(each)}
          >
            {t(`layout.statuses.${each}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t("layout.organization")}</Menu.Label>
        {me.organizations.map(({ id, name }) => {
          const here = id === me.organization.id;
          return (
            <Menu.Item
              key={id}
              leftSection={<IconBuilding size={16} />}
              rightSection={here ? <IconCheck size={16} aria-label={t("layout.current")} /> : null}
              onClick={() => {
                if (!here) move(id);
              }}
            >
              {name}
            </Menu.Item>
          );
        })}
        <Menu.Divider />
        <Box px="sm" py={6}>
          <LanguageSwitch fullWidth />
          <Box h={6} />
          <AppearanceSwitch fullWidth />
        </Box>
        <Menu.Divider />
        {seesNumbers && (
          <Menu.Item
            leftSection={<IconBrandWhatsapp size={16} />}
            renderRoot={(props) => <Link to="/numbers" {...props} />}
          >
            {t("numbers.title")}
          </Menu.Item>
        )}
        {seesTemplates && (
          <Menu.Item
            leftSection={<IconTemplate size={16} />}
            renderRoot={(props) => <Link to="/templates" {...props} />}
          >
            {t("templates.title")}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconBell size={16} />}
          renderRoot={(props) => <Link to="/notices" {...props} />}
        >
          {t("notices.title")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSettings size={16} />}
          renderRoot={(props) => <Link to="/settings" {...props} />}
        >
          {t("settings.title")}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={openHelp}>
          {t("shortcuts.title")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()} data-testid="sign-out">
          {t("layout.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
