import { ActionIcon, NavLink, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/auth/session";
import { GROUPS, PATHS, SECTIONS } from "./sections";
import classes from "./settings.module.css";

/** The menu of the settings beside the page that is open; on a phone, one or the other. */
export function SettingsLayout() {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const here = useLocation({ select: ({ pathname }) => pathname });
  const shown = SECTIONS.filter((each) => !("permission" in each) || permissions.includes(each.permission));
  return (
    <div className={classes.settings} data-menu={here.endsWith("/settings") || undefined}>
      <nav className={classes.menu} aria-label={t("settings.title")}>
        <Title order={2} size="h4" className={classes.menuTitle}>
          <ActionIcon
            hiddenFrom="sm"
            renderRoot={(props) => <Link to="/inbox" {...props} />}
            aria-label={t("thread.backToList")}
          >
            <IconArrowLeft size={20} />
          </ActionIcon>
          {t("settings.title")}
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
        <Outlet />
      </main>
    </div>
  );
}
