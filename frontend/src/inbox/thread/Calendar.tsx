import "@mantine/dates/styles.css";
import { DatePicker } from "@mantine/dates";
import "dayjs/locale/pt-br";
import { useTranslation } from "react-i18next";

interface Props {
  /** Days as `2026-11-24`: nothing outside them can be chosen. */
  first: string;
  last: string;
  onChoose: (day: string) => void;
}

export default function Calendar({ first, last, onChoose }: Props) {
  const { i18n } = useTranslation();
  return (
    <DatePicker
      locale={i18n.language.toLowerCase()}
      firstDayOfWeek={0}
      minDate={first}
      maxDate={last}
      defaultDate={last}
      onChange={(day) => {
        if (day !== null) onChoose(day);
      }}
    />
  );
}
