import { Alert, Button, Group, Loader, Stack } from "@mantine/core";
import { IconPlus, IconRefresh, IconTemplate } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/api/useProblemText";
import { usePermission } from "@/auth/session";
import { FilterBar } from "./FilterBar";
import { queryOf, type TemplateFilters } from "./filters";
import { PageFrame } from "./PageFrame";
import { TemplateRow } from "./TemplateRow";
import { useSync, useTemplateList, useTemplateNumbers } from "./useTemplates";

function PageActions({ number }: { number: string | undefined }) {
  const { t } = useTranslation();
  const numbers = useTemplateNumbers();
  const sync = useSync();
  const asked = number === undefined ? numbers : numbers.filter(({ id }) => id === number);
  return (
    <Group gap="xs">
      <Button
        variant="default"
        leftSection={<IconRefresh size={17} />}
        loading={sync.isPending}
        disabled={asked.length === 0}
        onClick={() => sync.mutate(asked)}
      >
        {t("templates.sync")}
      </Button>
      <Button
        leftSection={<IconPlus size={17} />}
        renderRoot={(props) => <Link to="/templates/new" search={{ number }} {...props} />}
      >
        {t("templates.new")}
      </Button>
    </Group>
  );
}

function Nothing({ filtered, mayManage }: { filtered: boolean; mayManage: boolean }) {
  const { t } = useTranslation();
  if (filtered) return <Alert icon={<IconTemplate size={20} />}>{t("templates.noneFound")}</Alert>;
  return (
    <Alert icon={<IconTemplate size={20} />} title={t("templates.none")}>
      {t(mayManage ? "templates.noneDetail" : "templates.noneForOthers")}
    </Alert>
  );
}

/** The organization's templates: how they stand with Meta, and what can be done with them. */
export function TemplatesPage() {
  const { t } = useTranslation();
  const filters = useSearch({ from: "/app/templates" });
  const navigate = useNavigate();
  const mayManage = usePermission("templates.manage");
  const numbers = useTemplateNumbers();
  const list = useTemplateList(queryOf(filters));
  const change = (changes: TemplateFilters) =>
    void navigate({ to: "/templates", search: { ...filters, ...changes }, replace: true });
  const filtered = [filters.number, filters.name, filters.status, filters.category, filters.language].some(
    Boolean,
  );
  return (
    <PageFrame
      title={t("templates.title")}
      subtitle={t("templates.subtitle")}
      back="/inbox"
      action={mayManage && <PageActions number={filters.number} />}
    >
      <FilterBar numbers={numbers} filters={filters} onChange={change} />
      <PageContent list={list} filtered={filtered} mayManage={mayManage} />
    </PageFrame>
  );
}

interface ContentProps {
  list: ReturnType<typeof useTemplateList>;
  filtered: boolean;
  mayManage: boolean;
}

function PageContent({ list, filtered, mayManage }: ContentProps) {
  const { t } = useTranslation();
  if (list.isPending || list.isError) return <ListState list={list} />;
  if (list.templates.length === 0) return <Nothing filtered={filtered} mayManage={mayManage} />;
  return (
    <>
      <Stack
        component="ul"
        gap="sm"
        p={0}
        m={0}
        style={{ listStyle: "none" }}
        aria-label={t("templates.title")}
      >
        {list.templates.map((template) => (
          <TemplateRow key={template.id} template={template} mayManage={mayManage} />
        ))}
      </Stack>
      {list.hasNextPage && (
        <Button
          variant="default"
          style={{ alignSelf: "center" }}
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t("templates.more")}
        </Button>
      )}
    </>
  );
}

function ListState({ list }: { list: ContentProps["list"] }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  if (list.isPending) return <Loader aria-label={t("common.loading")} />;
  return (
    <Alert color="red" role="alert">
      {problemText(list.error)}
    </Alert>
  );
}
