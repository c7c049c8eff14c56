import { ActionIcon, Popover, Tooltip } from "@mantine/core";
import { DatePicker } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { dayOf, startOfDay } from "@/i18n/format";
import { useNow } from "./useNow";

interface Props {
  since: string;
  onJump: (at: string) => void;
}

/** A calendar that takes the thread to the beginning of a day. */
export function JumpToDate({ since, onJump }: Props) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Tooltip label={t("thread.jumpToDate")}>
          <ActionIcon onClick={() => setOpened((before) => !before)} aria-label={t("thread.jumpToDate")}>
            <IconCalendar size={19} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <DatePicker
          locale={i18n.language.toLowerCase()}
          minDate={dayOf(since)}
          maxDate={dayOf(now)}
          onChange={(day) => {
            setOpened(false);
            if (day !== null) onJump(startOfDay(day));
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
