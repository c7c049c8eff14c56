import { Group, NavLink, Title } from "@mantine/core";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/auth/session";
import { BackHome } from "@/layout/BackHome";
import { UserMenu } from "@/layout/UserMenu";
import { NoticeBell } from "@/notices/NoticeBell";
import { GROUPS, PATHS, permissionOf, SECTIONS } from "./sections";
import classes from "./settings.module.css";
import { SettingsPage } from "./SettingsPage";

/** The menu of the settings beside the page that is open; on a phone, one or the other. */
export function SettingsLayout() {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const here = useLocation({ select: ({ pathname }) => pathname });
  const shown = SECTIONS.filter((each) => !("permission" in each) || permissions.includes(each.permission));
  const hasInbox = permissions.includes("conversations.view");
  const open = SECTIONS.find(({ key }) => `${here}/`.includes(`${PATHS[key]}/`))?.key;
  const needed = open === undefined ? undefined : permissionOf(open);
  // A page that is refused isn't even begun: it would ask for what nobody gives.
  const refused = needed !== undefined && !permissions.includes(needed);
  return (
    <div className={classes.settings} data-menu={here.endsWith("/settings") || undefined}>
      <nav className={classes.menu} aria-label={t("settings.title")}>
        <Title order={2} size="h4" className={classes.menuTitle}>
          {hasInbox && <BackHome />}
          {t("settings.title")}
          {!hasInbox && (
            <Group hiddenFrom="sm" gap={4} ml="auto">
              <NoticeBell place="head" />
              <UserMenu position="bottom-end" />
            </Group>
          )}
        </Title>
        {GROUPS.map((group) => {
          const sections = shown.filter((each) => each.group === group);
          if (sections.length === 0) return null;
          return (
            <div key={group} className={classes.group}>
              <span className={classes.groupTitle}>{t(`settings.groups.${group}`)}</span>
              {sections.map(({ key, icon: Icon }) => (
                <NavLink
                  key={key}
                  label={t(`settings.sections.${key}`)}
                  leftSection={<Icon size={18} />}
                  active={here.endsWith(PATHS[key])}
                  renderRoot={(props) => <Link to={PATHS[key]} {...props} />}
                />
              ))}
            </div>
          );
        })}
      </nav>
      <main className={classes.page}>
        {refused && open !== undefined ? <SettingsPage section={open}>{null}</SettingsPage> : <Outlet />}
      </main>
    </div>
  );
}
