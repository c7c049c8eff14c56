import { Button } from "@mantine/core";
import { IconTemplate } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { TemplateDialog } from "./TemplateDialog";

/** Opens the picker of templates: they reach customers when nothing else does. */
export function TemplateButton({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const [choosing, setChoosing] = useState(false);
  return (
    <>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconTemplate size={17} />}
        onClick={() => setChoosing(true)}
        data-testid="choose-template"
      >
        {t("composer.more.template.title")}
      </Button>
      {choosing && <TemplateDialog conversation={conversation} opened onClose={() => setChoosing(false)} />}
    </>
  );
}
