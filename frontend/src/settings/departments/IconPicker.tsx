import { Group, Radio, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./departments.module.css";
import { ICON_NAMES, ICONS } from "./icons";

interface Props {
  value: string;
  error?: string | undefined;
  onChange: (icon: string) => void;
}

/** One icon of a few, or none; arrow keys go from one to the next. */
export function IconPicker({ value, error, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t("departments.icon")} value={value} error={error} onChange={onChange}>
      <Group gap={4} mt={4}>
        <Radio.Card value="" className={classes.icon} radius="md" aria-label={t("departments.noIcon")}>
          –
        </Radio.Card>
        {ICON_NAMES.map((name) => {
          const Icon = ICONS[name];
          const label = t(`departments.icons.${name}`);
          return (
            <Tooltip key={name} label={label}>
              <Radio.Card value={name} className={classes.icon} radius="md" aria-label={label}>
                <Icon size={20} aria-hidden="true" />
              </Radio.Card>
            </Tooltip>
          );
        })}
      </Group>
    </Radio.Group>
  );
}
