import {
  SegmentedControl,
  useMantineColorScheme,
  VisuallyHidden,
  type MantineColorScheme,
} from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

const ICONS = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop };

export function AppearanceSwitch({ fullWidth = false }: { fullWidth?: boolean }) {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const data = (Object.keys(ICONS) as MantineColorScheme[]).map((value) => {
    const Icon = ICONS[value];
    const name = t(`layout.appearances.${value}`);
    return {
      value,
      label: (
        <span title={name} style={{ display: "flex", justifyContent: "center" }}>
          <Icon size={16} aria-hidden="true" />
          <VisuallyHidden>{name}</VisuallyHidden>
        </span>
      ),
    };
  });
  return (
    <SegmentedControl
      size="xs"
      fullWidth={fullWidth}
      aria-label={t("layout.appearance")}
      value={colorScheme}
      onChange={(value) => setColorScheme(value)}
      data={data}
    />
  );
}
