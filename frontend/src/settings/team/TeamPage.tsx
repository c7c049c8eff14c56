import { Button, SegmentedControl, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconUserPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BuiltInRole, User } from "@/api/users";
import { useProblemReport } from "@/api/useProblemText";
import { usePermission } from "@/auth/session";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { useDepartments } from "@/settings/departments/useDepartments";
import { SettingsPage } from "@/settings/SettingsPage";
import { Invitations } from "./Invitations";
import { InviteDialog } from "./InviteDialog";
import { PersonDialog } from "./PersonDialog";
import { PersonRow } from "./PersonRow";
import classes from "./team.module.css";
import { activate, deactivate, remove, useUsers } from "./useTeam";

const ROLES: BuiltInRole[] = ["owner", "admin", "supervisor", "agent", "viewer"];
type Shown = "all" | "active" | "inactive";

interface Filters {
  search: string;
  role: BuiltInRole | null;
  shown: Shown;
}

function FilterBar({ value, onChange }: { value: Filters; onChange: (filters: Filters) => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.filters} role="search">
      <TextInput
        aria-label={t("team.search")}
        placeholder={t("team.search")}
        leftSection={<IconSearch size={17} />}
        value={value.search}
        onChange={(event) => onChange({ ...value, search: event.currentTarget.value })}
      />
      <Select
        aria-label={t("team.role")}
        placeholder={t("team.allRoles")}
        clearable
        data={ROLES.map((role) => ({ value: role, label: t(`layout.roles.${role}`) }))}
        value={value.role}
        onChange={(role) => onChange({ ...value, role: role })}
      />
      <SegmentedControl
        aria-label={t("team.filters.label")}
        data={(["all", "active", "inactive"] as const).map((each) => ({
          value: each,
          label: t(`team.filters.${each}`),
        }))}
        value={value.shown}
        onChange={(shown) => onChange({ ...value, shown })}
      />
    </div>
  );
}

type Asked = { user: User; what: "edit" | "deactivate" | "remove" } | null;

export function TeamPage() {
  const { t } = useTranslation();
  const report = useProblemReport();
  const mayManage = usePermission("members.manage");
  const [filters, setFilters] = useState<Filters>({ search: "", role: null, shown: "all" });
  const [search] = useDebouncedValue(filters.search.trim(), 250);
  const { list, users } = useUsers({
    ...(search !== "" && { search }),
    ...(filters.role !== null && { role: filters.role }),
    ...(filters.shown !== "all" && { is_active: filters.shown === "active" }),
  });
  const departments = useDepartments().data;
  const departmentNames = useMemo(
    () => new Map(departments?.map(({ id, name }) => [id, name] as const)),
    [departments],
  );
  const [inviting, setInviting] = useState(false);
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  const askedFor = (what: NonNullable<Asked>["what"]) => (asked?.what === what ? asked.user : null);
  const edited = askedFor("edit");
  const deactivated = askedFor("deactivate");
  const removed = askedFor("remove");
  return (
    <SettingsPage
      section="team"
      query={list}
      action={
        mayManage && (
          <Button leftSection={<IconUserPlus size={17} />} onClick={() => setInviting(true)}>
            {t("team.invite")}
          </Button>
        )
      }
    >
      {mayManage && <Invitations />}
      <Stack gap="sm" component="section" aria-label={t("team.people")}>
        <Title order={2} size="h5">
          {t("team.people")}
        </Title>
        <FilterBar value={filters} onChange={setFilters} />
        {users.length === 0 && <Text c="var(--pt-muted)">{t("team.none")}</Text>}
        {users.map((user) => (
          <PersonRow
            key={user.id}
            user={user}
            departmentNames={departmentNames}
            onEdit={() => setAsked({ user, what: "edit" })}
            onActivate={() => void activate(user.id).catch(report)}
            onDeactivate={() => setAsked({ user, what: "deactivate" })}
            onRemove={() => setAsked({ user, what: "remove" })}
          />
        ))}
        {list.hasNextPage && (
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t("team.more")}
          </Button>
        )}
      </Stack>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      {edited !== null && <PersonDialog user={edited} onClose={close} />}
      {deactivated !== null && (
        <ConfirmDialog
          name={deactivated.full_name}
          title={t("team.confirmDeactivate", { name: deactivated.full_name })}
          does={t("team.deactivate")}
          detail={t("team.deactivateDetail")}
          onClose={close}
          onConfirm={() => deactivate(deactivated.id)}
        />
      )}
      {removed !== null && (
        <ConfirmDialog
          name={removed.full_name}
          title={t("team.confirmRemove", { name: removed.full_name })}
          does={t("team.remove")}
          detail={t("team.removeDetail")}
          onClose={close}
          onConfirm={() => remove(removed.id)}
        />
      )}
    </SettingsPage>
  );
}
