import { Alert, List, MultiSelect, TagsInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/api/useProblemText";
import { useDepartments } from "@/settings/departments/useDepartments";
import { FormDialog } from "@/settings/FormDialog";
import { RolePicker } from "./RolePicker";
import { inviteAll, placeOf, type Refusal } from "./useTeam";

const BETWEEN = /[\s,;]+/;
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Invites one or many to the same place. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const departments = useDepartments().data ?? [];
  const [emails, setEmails] = useState<string[]>([]);
  const [role, setRole] = useState("agent");
  const [departmentIds, setDepartmentIds] = useState<string[]>([]);
  const [refused, setRefused] = useState<Refusal[]>([]);
  const wrong = emails.filter((each) => !ADDRESS.test(each)).join(", ");
  const send = async () => {
    const failures = await inviteAll(emails, { ...placeOf(role), department_ids: departmentIds });
    const count = emails.length - failures.length;
    if (count > 0) notifications.show({ message: t("team.inviteDialog.sent", { count }) });
    setRefused(failures);
    setEmails(failures.map(({ email }) => email));
    if (failures[0] !== undefined) throw failures[0].error;
  };
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("team.inviteDialog.title")}
      does={t("team.inviteDialog.does", { count: Math.max(1, emails.length) })}
      ready={emails.length > 0 && wrong === ""}
      size="lg"
      onSend={send}
    >
      {(problems) => (
        <>
          {refused.length > 1 && (
            <Alert color="red">
              <List size="sm">
                {refused.map(({ email, error }) => (
                  <List.Item key={email}>
                    {t("team.inviteDialog.failed", { email, problem: problemText(error) })}
                  </List.Item>
                ))}
              </List>
            </Alert>
          )}
          <TagsInput
            label={t("team.inviteDialog.emails")}
            description={t("team.inviteDialog.emailsDetail")}
            required
            data-autofocus
            inputMode="email"
            autoComplete="off"
            splitChars={[",", ";", " ", "\n"]}
            value={emails}
            error={wrong === "" ? problems.email : t("team.inviteDialog.notEmails", { list: wrong })}
            // What is pasted or left behind may hold many.
            onChange={(texts) =>
              setEmails(
                [...new Set(texts.flatMap((each) => each.split(BETWEEN)))].filter((each) => each !== ""),
              )
            }
          />
          <RolePicker value={role} error={problems.role ?? problems.custom_role_id} onChange={setRole} />
          <MultiSelect
            label={t("team.departments")}
            searchable
            data={departments.map(({ id, name }) => ({ value: id, label: name }))}
            value={departmentIds}
            error={problems.department_ids}
            onChange={setDepartmentIds}
          />
        </>
      )}
    </FormDialog>
  );
}
