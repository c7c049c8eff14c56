import { ActionIcon, Indicator, Menu, Tooltip } from "@mantine/core";
import { IconArchive, IconCheck, IconFilter, IconInbox, IconMail, IconPhone } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNumbers } from "../useColleagues";
import { useInboxAddress } from "./useInboxAddress";

function Mark({ on }: { on: boolean }) {
  return on ? <IconCheck size={16} aria-hidden="true" /> : null;
}

/** Which conversations are listed: open or finished, unread only, of one number. */
export function FilterMenu() {
  const { t } = useTranslation();
  const { filters, filter } = useInboxAddress();
  const numbers = useNumbers();
  const active = filters.closed !== undefined || filters.unread !== undefined || filters.number !== undefined;
  const item = (on: boolean, change: () => void, label: string, Icon: typeof IconInbox, key?: string) => (
    <Menu.Item
      key={key}
      role="menuitemcheckbox"
      aria-checked={on}
      closeMenuOnClick={false}
      leftSection={<Icon size={16} />}
      rightSection={<Mark on={on} />}
      onClick={change}
    >
      {label}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" width={250}>
      <Tooltip label={t("inbox.filters")}>
        <Menu.Target>
          <Indicator disabled={!active} size={8} offset={4}>
            <ActionIcon variant="default" size={36} aria-label={t("inbox.filters")}>
              <IconFilter size={17} />
            </ActionIcon>
          </Indicator>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        <Menu.Label>{t("inbox.filter.status")}</Menu.Label>
        {item(!filters.closed, () => filter({ closed: undefined }), t("inbox.filter.open"), IconInbox)}
        {item(filters.closed === true, () => filter({ closed: true }), t("inbox.filter.closed"), IconArchive)}
        <Menu.Divider />
        {item(
          filters.unread === true,
          () => filter({ unread: filters.unread ? undefined : true }),
          t("inbox.filter.unread"),
          IconMail,
        )}
        {numbers.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Label>{t("inbox.filter.number")}</Menu.Label>
            {item(
              filters.number === undefined,
              () => filter({ number: undefined }),
              t("inbox.filter.anyNumber"),
              IconPhone,
            )}
            {numbers.map(({ id, verified_name, display_phone_number }) =>
              item(
                filters.number === id,
                () => filter({ number: id }),
                `${verified_name} ${display_phone_number}`.trim(),
                IconPhone,
                id,
              ),
            )}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
