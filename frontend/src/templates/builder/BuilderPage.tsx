import { Alert } from "@mantine/core";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import * as api from "@/api/templates";
import type { Template } from "@/api/templates";
import { usePermission } from "@/auth/session";
import { useNumbersIfKnown } from "@/inbox/useColleagues";
import { say } from "@/numbers/useNumberChanges";
import { PageFrame } from "../PageFrame";
import { readTemplatesAgain, useNumberOf, useTemplate, useTemplateNumbers } from "../useTemplates";
import { isEditable } from "../words";
import { BuilderForm, type Fixed } from "./BuilderForm";
import { componentsOf, draftOf, emptyDraft, isCode, type Draft } from "./draft";

const contentOf = (draft: Draft) => ({
  category: draft.category,
  components: componentsOf(draft),
  parameter_format: isCode(draft) ? ("POSITIONAL" as const) : draft.format,
  ttl_seconds: draft.ttl,
});

function useSaved() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (template: Template) => {
    // Where Meta refused it, its page says why.
    if (template.status !== "DRAFT") say(t("templates.submitted"));
    void readTemplatesAgain();
    void navigate({ to: "/templates/$templateId", params: { templateId: template.id } });
  };
}

function Refused() {
  const { t } = useTranslation();
  return (
    <Alert color="red" role="alert">
      {t("common.problem.kinds.forbidden")}
    </Alert>
  );
}

const NOTHING_FIXED: Fixed = { name: false, category: false, format: false };

/** A template is written: from nothing, from the library, or from another one. */
export function NewTemplatePage() {
  const { t, i18n } = useTranslation();
  const { number, from } = useSearch({ from: "/app/templates/new" });
  const mayManage = usePermission("templates.manage");
  const known = useNumbersIfKnown();
  const numbers = useTemplateNumbers();
  const onSaved = useSaved();
  const like = useQuery({
    queryKey: keys.template(from ?? ""),
    queryFn: ({ signal }) => api.readTemplate(from ?? "", signal),
    enabled: from !== undefined,
  });
  const first = numbers.find(({ id }) => id === number) ?? numbers[0];
  const waits = (known === undefined && mayManage) || (from !== undefined && like.isPending);
  const draft =
    like.data === undefined ? emptyDraft(i18n.language === "en" ? "en" : "pt_BR") : draftOf(like.data);
  const onSave = (written: Draft, numberId: string, submit: boolean) =>
    api.createTemplate(numberId, {
      ...contentOf(written),
      name: written.name,
      language: written.language,
      submit,
      ...(written.libraryName === "" ? {} : { library_name: written.libraryName }),
    });
  return (
    <PageFrame
      title={t("templates.new")}
      subtitle={t("templates.builder.subtitle")}
      back="/templates"
      query={{ isPending: waits, isError: like.isError, error: like.error }}
    >
      {!mayManage && <Refused />}
      {mayManage && numbers.length === 0 && <Alert>{t("templates.noNumber")}</Alert>}
      {mayManage && numbers.length > 0 && (
        <BuilderForm
          first={draft}
          fixed={NOTHING_FIXED}
          numbers={numbers}
          firstNumber={first?.id ?? null}
          canKeep
          onSave={onSave}
          onSaved={onSaved}
        />
      )}
    </PageFrame>
  );
}

/** A draft goes on being written; what Meta knows already is reviewed anew. */
async function saveAgain(
  template: Template,
  draft: Draft,
  numberId: string,
  submit: boolean,
): Promise<Template> {
  const place = { numberId, templateId: template.id };
  const saved = await api.changeTemplate(place, contentOf(draft));
  return submit && saved.status === "DRAFT" ? api.submitTemplate(place) : saved;
}

export function EditTemplatePage() {
  const { t } = useTranslation();
  const { templateId } = useParams({ from: "/app/templates/$templateId/edit" });
  const mayManage = usePermission("templates.manage");
  const query = useTemplate(templateId);
  const template = query.data;
  const number = useNumberOf(template);
  const onSaved = useSaved();
  const isDraft = template?.status === "DRAFT";
  return (
    <PageFrame
      title={template?.name ?? t("templates.edit")}
      subtitle={t(isDraft ? "templates.builder.subtitle" : "templates.builder.editSubtitle")}
      back="/templates"
      query={query}
    >
      {template !== undefined && !mayManage && <Refused />}
      {template !== undefined && mayManage && !isEditable(template) && (
        <Alert role="alert">{t("templates.notEditable")}</Alert>
      )}
      {template !== undefined && mayManage && isEditable(template) && number !== undefined && (
        <BuilderForm
          key={template.id}
          first={draftOf(template)}
          fixed={{ name: true, category: template.status === "APPROVED", format: !isDraft }}
          numbers={[number]}
          firstNumber={number.id}
          canKeep={isDraft}
          onSave={(draft, numberId, submit) => saveAgain(template, draft, numberId, submit)}
          onSaved={onSaved}
        />
      )}
    </PageFrame>
  );
}
