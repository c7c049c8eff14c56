import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { speak } from "@/auth/session";
import { currentLanguage } from "@/i18n";

export function LanguageSwitch({ fullWidth = false }: { fullWidth?: boolean }) {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      size="xs"
      fullWidth={fullWidth}
      aria-label={t("layout.language")}
      value={currentLanguage()}
      onChange={(language) => void speak(language)}
      data={[
        { value: "pt-br", label: "Português" },
        { value: "en", label: "English" },
      ]}
    />
  );
}
