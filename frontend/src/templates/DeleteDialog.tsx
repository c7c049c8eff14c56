import { Radio, Stack, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deleteTemplate, type Template } from "@/api/templates";
import { FormDialog } from "@/settings/FormDialog";
import { readTemplatesAgain } from "./useTemplates";
import { languageName } from "./words";

interface Props {
  template: Template;
  numberId: string;
  onClose: () => void;
  onDeleted?: (() => void | Promise<void>) | undefined;
}

/** Asks what of the template goes: this language or all of its name, here or at Meta as well. */
export function DeleteDialog({ template, numberId, onClose, onDeleted }: Props) {
  const { t, i18n } = useTranslation();
  const [scope, setScope] = useState("one");
  const [atMeta, setAtMeta] = useState(template.meta_id !== "");
  const send = async () => {
    await deleteTemplate({ numberId, templateId: template.id }, atMeta, scope === "all");
    await onDeleted?.();
    await readTemplatesAgain();
  };
  return (
    <FormDialog
      opened
      danger
      onClose={onClose}
      title={t("templates.delete.confirm", { name: template.name })}
      does={t("templates.delete.does")}
      onSend={send}
    >
      {() => (
        <Stack>
          <Radio.Group value={scope} onChange={setScope} label={t("templates.delete.what")}>
            <Stack gap="xs" mt="xs">
              <Radio
                value="one"
                label={t("templates.delete.one", {
                  language: languageName(template.language, i18n.language),
                })}
              />
              <Radio value="all" label={t("templates.delete.all")} />
            </Stack>
          </Radio.Group>
          <Switch
            label={t("templates.delete.atMeta")}
            description={t("templates.delete.atMetaDetail")}
            checked={atMeta}
            onChange={(event) => setAtMeta(event.currentTarget.checked)}
          />
          {!atMeta && template.meta_id !== "" && <Text size="sm">{t("templates.delete.comesBack")}</Text>}
        </Stack>
      )}
    </FormDialog>
  );
}
