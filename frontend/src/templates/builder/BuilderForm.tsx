import {
  Alert,
  Button,
  Group,
  NumberInput,
  Paper,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconBooks, IconCircleCheck, IconDeviceFloppy, IconSend } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Template } from "@/api/templates";
import type { WhatsAppNumber } from "@/api/types";
import { useFieldProblems, useProblemText } from "@/api/useProblemText";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { Section } from "@/settings/Section";
import { nameOf } from "../FilterBar";
import { PhonePreview } from "../PhonePreview";
import { shownWithSamples } from "../samples";
import classes from "../templates.module.css";
import { CATEGORIES, LANGUAGES, languageName } from "../words";
import { ContentFields } from "./ContentFields";
import { asName, componentsOf, draftOf, isCode, withFormat, type Draft } from "./draft";
import { LibraryDialog } from "./LibraryDialog";
import { refusalsOf, useCheck, type Checks } from "./useCheck";
import { useLeaving } from "./useLeaving";

/** What can't be changed any more of a template that is there. */
export interface Fixed {
  name: boolean;
  category: boolean;
  format: boolean;
}

interface Props {
  first: Draft;
  fixed: Fixed;
  numbers: WhatsAppNumber[];
  firstNumber: string | null;
  /** Whether it can be kept without asking Meta. */
  canKeep: boolean;
  onSave: (draft: Draft, numberId: string, submit: boolean) => Promise<Template>;
  onSaved: (template: Template) => void;
}

const SHOWN_VARIABLES = { POSITIONAL: "{{1}}", NAMED: "{{first_name}}" };

interface FactsProps {
  draft: Draft;
  fixed: Fixed;
  checks: Checks;
  problems: Record<string, string>;
  onChange: (changes: Partial<Draft>) => void;
}

function Facts({ draft, fixed, checks, problems, onChange }: FactsProps) {
  const { t, i18n } = useTranslation();
  const category = CATEGORIES.find((each) => each === draft.category);
  return (
    <>
      <TextInput
        label={t("templates.fields.name")}
        description={t("templates.builder.nameDetail")}
        required
        disabled={fixed.name}
        value={draft.name}
        error={checks.at("name") ?? problems.name}
        onChange={(event) => onChange({ name: asName(event.currentTarget.value) })}
        data-testid="template-name"
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Select
          searchable
          allowDeselect={false}
          label={t("templates.fields.language")}
          disabled={fixed.name}
          data={LANGUAGES.map((value) => ({ value, label: languageName(value, i18n.language) }))}
          value={draft.language}
          error={checks.at("language") ?? problems.language}
          onChange={(language) => onChange({ language: language ?? draft.language })}
        />
        <Select
          allowDeselect={false}
          label={t("templates.fields.category")}
          disabled={fixed.category}
          data={CATEGORIES.map((value) => ({ value, label: t(`templates.categories.${value}`) }))}
          value={draft.category}
          error={checks.at("category") ?? problems.category}
          onChange={(value) => onChange({ category: value ?? draft.category })}
        />
      </SimpleGrid>
      {category !== undefined && (
        <Text size="sm" c="var(--pt-muted)">
          {t(`templates.categoryDetail.${category}`)}
        </Text>
      )}
      {!isCode(draft) && (
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t("templates.builder.format")}
          </Text>
          <SegmentedControl
            aria-label={t("templates.builder.format")}
            disabled={fixed.format}
            data={(["POSITIONAL", "NAMED"] as const).map((value) => ({
              value,
              label: t(`templates.formats.${value}`, { variable: SHOWN_VARIABLES[value] }),
            }))}
            value={draft.format}
            onChange={(value) => onChange(withFormat(draft, value))}
          />
        </div>
      )}
      <NumberInput
        label={t("templates.fields.ttl_seconds")}
        description={t("templates.builder.ttlDetail")}
        allowDecimal={false}
        min={-1}
        value={draft.ttl ?? ""}
        error={checks.at("ttl_seconds") ?? problems.ttl_seconds}
        onChange={(value) => onChange({ ttl: value === "" ? null : Number(value) })}
      />
    </>
  );
}

/** What Meta would say to it, before it is asked. */
function Findings({ checks }: { checks: Checks }) {
  const { t } = useTranslation();
  const { findings, isComplete } = checks;
  return (
    <Paper withBorder radius="lg" p="md" aria-live="polite" data-testid="template-findings">
      <Text fw={600} mb={6}>
        {t("templates.builder.rules")}
      </Text>
      {isComplete === false && (
        <Text size="sm" c="var(--pt-muted)">
          {t("templates.builder.incomplete")}
        </Text>
      )}
      {isComplete === true && findings.length === 0 && (
        <Group gap={6} wrap="nowrap" c="var(--pt-success)">
          <IconCircleCheck size={18} aria-hidden="true" />
          <Text size="sm">{t("templates.builder.rulesKept")}</Text>
        </Group>
      )}
      {findings.length > 0 && (
        <ul className={classes.findings}>
          {findings.map(({ where, message, severity }, at) => (
            <li key={at} data-severity={severity}>
              <b>{where}:</b> {message}
            </li>
          ))}
        </ul>
      )}
    </Paper>
  );
}

/** The form of a template, with the phone beside it and what Meta would refuse at its fields. */
export function BuilderForm({ first, fixed, numbers, firstNumber, canKeep, onSave, onSaved }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const fieldProblems = useFieldProblems();
  const [initial] = useState(first);
  const [draft, setDraft] = useState(initial);
  const [numberId, setNumberId] = useState(firstNumber);
  const [tried, setTried] = useState(false);
  const leaving = useLeaving(draft !== initial);
  const [choosing, setChoosing] = useState(false);
  const save = useMutation({
    mutationFn: (submit: boolean) => onSave(draft, numberId ?? "", submit),
    onSuccess: (template) => {
      leaving.allow();
      onSaved(template);
    },
  });
  const checks = useCheck(draft, numberId, tried, refusalsOf(save.error));
  const change = (changes: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...changes }));
    if (save.isError) save.reset();
  };
  const send = (submit: boolean) => {
    setTried(submit);
    if (numberId !== null && !(submit && checks.hasErrors)) save.mutate(submit);
  };
  const blocked = tried && checks.hasErrors;
  return (
    <form
      className={classes.sides}
      onSubmit={(event) => {
        event.preventDefault();
        send(true);
      }}
    >
      <Stack miw={0}>
        <Section
          title={t("templates.builder.facts")}
          action={
            !fixed.name && (
              <Button variant="light" leftSection={<IconBooks size={17} />} onClick={() => setChoosing(true)}>
                {t("templates.library.title")}
              </Button>
            )
          }
        >
          {!fixed.name && (
            <Select
              label={t("templates.number")}
              description={t("templates.builder.numberDetail")}
              allowDeselect={false}
              data={numbers.map((number) => ({ value: number.id, label: nameOf(number) }))}
              value={numberId}
              onChange={setNumberId}
            />
          )}
          <Facts
            draft={draft}
            fixed={fixed}
            checks={checks}
            problems={fieldProblems(save.error)}
            onChange={change}
          />
        </Section>
        <ContentFields draft={draft} checks={checks} onChange={change} />
        {(save.isError || blocked) && (
          <Alert color="red" role="alert">
            {save.isError ? problemText(save.error) : t("templates.builder.blocked")}
          </Alert>
        )}
        <Group justify="flex-end">
          {canKeep && (
            <Button
              variant="default"
              leftSection={<IconDeviceFloppy size={17} />}
              loading={save.isPending && !save.variables}
              disabled={draft.name === "" || save.isPending}
              onClick={() => send(false)}
            >
              {t("templates.builder.keep")}
            </Button>
          )}
          <Button
            type="submit"
            leftSection={<IconSend size={17} />}
            loading={save.isPending && save.variables}
            disabled={draft.name === "" || numberId === null}
            data-testid="template-submit"
          >
            {t("templates.submit")}
          </Button>
        </Group>
      </Stack>
      <div className={classes.beside}>
        <PhonePreview shown={shownWithSamples(componentsOf(draft), draft.language)} />
        <Findings checks={checks} />
      </div>
      <ConfirmDialog
        name={leaving.asks ? draft.name : null}
        title={t("templates.builder.leave")}
        detail={t("templates.builder.leaveDetail")}
        does={t("templates.builder.leaveDoes")}
        onClose={leaving.stay}
        onConfirm={leaving.go}
      />
      {choosing && (
        <LibraryDialog
          language={draft.language}
          onClose={() => setChoosing(false)}
          onChoose={(ready) => {
            setDraft(draftOf(ready));
            setChoosing(false);
          }}
        />
      )}
    </form>
  );
}
