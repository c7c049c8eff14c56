import { Alert, Button, Group, Loader, Select, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue, useMediaQuery } from "@mantine/hooks";
import { IconArrowLeft, IconSearch } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { readTemplates, type Template } from "@/api/templates";
import type { Conversation } from "@/api/types";
import { useFieldProblems, useProblemText } from "@/api/useProblemText";
import { FormCard } from "@/inbox/thread/body/FormBody";
import { Dialog } from "@/layout/Dialog";
import { languageName } from "@/templates/words";
import classes from "./more.module.css";
import { TemplateFields } from "./TemplateFields";
import {
  asked,
  EMPTY,
  isFilled,
  isForPeople,
  keyOf,
  languages,
  preview,
  templatePart,
  type FieldValue,
} from "./templateSend";
import { useSendNow } from "./useSendNow";

const PAGE = 100;

function useTemplates(numberId: string, search: string) {
  const query = { number_id: numberId, usable: true, search, page_size: PAGE };
  return useQuery({
    queryKey: keys.sendableTemplates(numberId, search),
    queryFn: ({ signal }) => readTemplates(query, signal),
    placeholderData: (before) => before,
  });
}

interface ListProps {
  numberId: string;
  chosen: Template | null;
  onChoose: (template: Template) => void;
}

function TemplateList({ numberId, chosen, onChoose }: ListProps) {
  const { t, i18n } = useTranslation();
  const problemText = useProblemText();
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 250);
  const [language, setLanguage] = useState<string | null>(null);
  const { data, error, isPending } = useTemplates(numberId, search);
  const all = (data?.results ?? []).filter(isForPeople);
  const shown = language === null ? all : all.filter((each) => each.language === language);
  return (
    <Stack gap="sm" className={classes.list}>
      <Group gap="sm" wrap="nowrap" align="flex-end">
        <TextInput
          flex={1}
          label={t("composer.more.template.search")}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          w={130}
          label={t("composer.more.template.language")}
          placeholder={t("composer.more.template.anyLanguage")}
          clearable
          data={languages(all).map((value) => ({ value, label: languageName(value, i18n.language) }))}
          value={language}
          onChange={setLanguage}
        />
      </Group>
      {error !== null && (
        <Alert color="red" role="alert">
          {problemText(error)}
        </Alert>
      )}
      {isPending && <Loader size="sm" aria-label={t("common.loading")} />}
      {!isPending && error === null && shown.length === 0 && (
        <Text size="sm" c="var(--pt-muted)">
          {search === "" && language === null
            ? t("composer.more.template.none")
            : t("composer.more.template.noneFound")}
        </Text>
      )}
      <ul className={classes.templates} aria-label={t("composer.more.template.list")}>
        {shown.map((template) => (
          <li key={template.id}>
            <UnstyledButton
              className={classes.template}
              aria-pressed={template.id === chosen?.id}
              onClick={() => onChoose(template)}
            >
              <span className={classes.name}>{template.name}</span>
              <span className={classes.detail}>
                {languageName(template.language, i18n.language)} ·{" "}
                {t(`composer.more.template.category.${categoryOf(template)}`)}
              </span>
              <span className={classes.words}>{preview(template, {}).body}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {data?.next != null && (
        <Text size="xs" c="var(--pt-muted)">
          {t("composer.more.template.more")}
        </Text>
      )}
    </Stack>
  );
}

const CATEGORIES = ["MARKETING", "UTILITY", "AUTHENTICATION"] as const;
const categoryOf = ({ category }: Template) => CATEGORIES.find((each) => each === category) ?? "OTHER";

interface FormProps {
  conversation: Conversation;
  template: Template;
  onBack: (() => void) | null;
  onClose: () => void;
}

function TemplateForm({ conversation, template, onBack, onClose }: FormProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const fieldProblems = useFieldProblems();
  const sendNow = useSendNow(conversation.id);
  const [values, setValues] = useState<Record<string, FieldValue>>({});
  // What was chosen on this page is shown from here: the API signs an address only once it stands in a message.
  const files = useRef(new Map<string, string>());
  const parameters = asked(template);
  const ready = parameters.every((each) => isFilled(each, values[keyOf(each)] ?? EMPTY));
  const send = useMutation({
    mutationFn: () => sendNow({ type: "template", template: templatePart(template, values) }),
    onSuccess: onClose,
  });
  const problems = fieldProblems(send.error);
  const elsewhere = Object.values(problems)[0];
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        if (ready) send.mutate();
      }}
    >
      <Group gap="xs" wrap="nowrap">
        {onBack !== null && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconArrowLeft size={15} />}
            onClick={onBack}
          >
            {t("composer.more.template.others")}
          </Button>
        )}
        <Text fw={600} truncate>
          {template.name}
        </Text>
      </Group>
      <div className={classes.phone} aria-label={t("composer.more.template.preview")} role="group">
        <div className={classes.bubble} data-testid="template-preview">
          <FormCard
            shown={preview(template, values)}
            find={({ mediaId }) => ({ url: files.current.get(mediaId ?? "") ?? null })}
          />
        </div>
      </div>
      {send.isError && (
        <Alert color="red" role="alert">
          {elsewhere ?? problemText(send.error)}
        </Alert>
      )}
      <TemplateFields
        parameters={parameters}
        values={values}
        onChange={(key, value) => setValues((before) => ({ ...before, [key]: value }))}
        onFile={(id, url) => files.current.set(id, url)}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={send.isPending} disabled={!ready} data-testid="template-send">
          {t("composer.send")}
        </Button>
      </Group>
    </form>
  );
}

function Picker({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation();
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const [template, setTemplate] = useState<Template | null>(null);
  const choosing = template === null || !narrow;
  return (
    <div className={classes.picker}>
      {choosing && (
        <TemplateList numberId={conversation.number.id} chosen={template} onChoose={setTemplate} />
      )}
      {template !== null && (
        <TemplateForm
          key={template.id}
          conversation={conversation}
          template={template}
          onBack={narrow ? () => setTemplate(null) : null}
          onClose={onClose}
        />
      )}
      {template === null && !narrow && (
        <Text className={classes.hint} c="var(--pt-muted)">
          {t("composer.more.template.choose")}
        </Text>
      )}
    </div>
  );
}

interface Props {
  conversation: Conversation;
  opened: boolean;
  onClose: () => void;
}

/** Chooses an approved template of the conversation's number, fills it in, and sends it. */
export function TemplateDialog({ conversation, opened, onClose }: Props) {
  const { t } = useTranslation();
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={t("composer.more.template.title")}
      size="60rem"
      fullScreen={narrow}
    >
      <Picker conversation={conversation} onClose={onClose} />
    </Dialog>
  );
}
