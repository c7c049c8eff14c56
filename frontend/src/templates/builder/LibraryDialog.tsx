import { Alert, Loader, Select, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { readLibrary, type ReadyTemplate } from "@/api/templates";
import { useProblemText } from "@/api/useProblemText";
import { Dialog } from "@/layout/Dialog";
import { shownWithSamples } from "../samples";
import { useTemplateWords } from "../StatusBadges";
import classes from "../templates.module.css";
import { languageName } from "../words";

const LANGUAGES = ["pt_BR", "en"];
const TOPICS = ["orders", "appointments", "payments", "customers", "marketing", "security"] as const;

interface Props {
  language: string;
  onClose: () => void;
  onChoose: (template: ReadyTemplate) => void;
}

function Ready({ template, onChoose }: { template: ReadyTemplate; onChoose: () => void }) {
  const words = useTemplateWords();
  const { header, body } = shownWithSamples(template.components, template.language);
  return (
    <UnstyledButton className={classes.ready} onClick={onChoose} data-testid="ready-template">
      <Text fw={600}>{template.title}</Text>
      <Text size="xs" c="var(--pt-muted)">
        {words.category(template.category)}
      </Text>
      <Text size="sm" mt={4} className={classes.words}>
        {[header, body].filter(Boolean).join(" – ")}
      </Text>
    </UnstyledButton>
  );
}

function Chooser({ language: first, onChoose }: Omit<Props, "onClose">) {
  const { t, i18n } = useTranslation();
  const problemText = useProblemText();
  const [language, setLanguage] = useState(LANGUAGES.includes(first) ? first : "en");
  const [topic, setTopic] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const { data, error, isPending } = useQuery({
    queryKey: keys.templateLibrary(language),
    queryFn: ({ signal }) => readLibrary(language, signal),
    staleTime: Infinity,
  });
  const wanted = typed.trim().toLowerCase();
  const shown = (data ?? []).filter(
    (each) =>
      (topic === null || each.topic === topic) &&
      `${each.title} ${JSON.stringify(each.components)}`.toLowerCase().includes(wanted),
  );
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
        <TextInput
          type="search"
          data-autofocus
          label={t("templates.library.search")}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Select
          clearable
          label={t("templates.library.topic")}
          placeholder={t("templates.any")}
          data={TOPICS.map((value) => ({ value, label: t(`templates.library.topics.${value}`) }))}
          value={topic}
          onChange={setTopic}
        />
        <Select
          allowDeselect={false}
          label={t("templates.language")}
          data={LANGUAGES.map((value) => ({ value, label: languageName(value, i18n.language) }))}
          value={language}
          onChange={(value) => setLanguage(value ?? "en")}
        />
      </SimpleGrid>
      {isPending && <Loader size="sm" aria-label={t("common.loading")} />}
      {error !== null && (
        <Alert color="red" role="alert">
          {problemText(error)}
        </Alert>
      )}
      {data !== undefined && shown.length === 0 && (
        <Text size="sm" c="var(--pt-muted)">
          {t("templates.noneFound")}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {shown.map((each) => (
          <Ready key={each.library_name} template={each} onChoose={() => onChoose(each)} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

/** Ready texts for a beginning. */
export function LibraryDialog({ onClose, ...chooser }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened onClose={onClose} title={t("templates.library.title")} size="56rem">
      <Chooser {...chooser} />
    </Dialog>
  );
}
