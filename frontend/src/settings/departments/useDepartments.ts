import { useQuery } from "@tanstack/react-query";
import * as api from "@/api/departments";
import type { Department, NewDepartment } from "@/api/departments";
import { keys } from "@/api/keys";
import { queryClient } from "@/app/queryClient";
import { usePermission } from "@/auth/session";
import { changesOf, isEmpty } from "@/settings/changes";

export function useDepartments() {
  return useQuery({
    queryKey: keys.departments,
    queryFn: ({ signal }) => api.readDepartments(signal),
    enabled: usePermission("members.view"),
  });
}

const readAgain = () => queryClient.invalidateQueries({ queryKey: keys.departments });

interface Wanted {
  form: NewDepartment;
  members: readonly string[];
}

/** Saves a department and who belongs to it: of one that is there already, what was changed. */
export function useSaveDepartment(department: Department | null): (wanted: Wanted) => Promise<void> {
  return async ({ form, members }) => {
    const { id, agent_ids: before } = department ?? (await api.createDepartment(form));
    const changes = department === null ? {} : changesOf(form, department);
    if (!isEmpty(changes)) await api.changeDepartment(id, changes);
    for (const each of members.filter((one) => !before.includes(one))) await api.joinDepartment(id, each);
    for (const each of before.filter((one) => !members.includes(one))) await api.leaveDepartment(id, each);
    await readAgain();
  };
}

export async function removeDepartment(id: string): Promise<void> {
  await api.removeDepartment(id);
  await readAgain();
}
