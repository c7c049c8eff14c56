import { ActionIcon, Popover, Tooltip } from "@mantine/core";
import { IconCalendar } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { dayOf, startOfDay } from "@/i18n/format";
import { useNow } from "./useNow";

const Calendar = lazy(() => import("./Calendar"));

interface Props {
  since: string;
  onJump: (at: string) => void;
}

/** A calendar that takes the thread to the beginning of a day. */
export function JumpToDate({ since, onJump }: Props) {
  const { t } = useTranslation();
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
        <Suspense fallback={null}>
          <Calendar
            first={dayOf(since)}
            last={dayOf(now)}
            onChoose={(day) => {
              setOpened(false);
              onJump(startOfDay(day));
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
