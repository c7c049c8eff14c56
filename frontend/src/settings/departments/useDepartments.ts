import { useQuery } from "@tanstack/react-query";
import * as api from "@/api/departments";
import type { Department, NewDepartment } from "@/api/departments";
import { keys } from "@/api/keys";
import { queryClient } from "@/app/queryClient";
import { usePermission } from "@/auth/session";

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

/** Saves a department and who belongs to it. */
export function useSaveDepartment(department: Department | null): (wanted: Wanted) => Promise<void> {
  return async ({ form, members }) => {
    const saved = await (department === null
      ? api.createDepartment(form)
      : api.changeDepartment(department.id, form));
    const before = saved.agent_ids;
    for (const id of members.filter((each) => !before.includes(each))) await api.joinDepartment(saved.id, id);
    for (const id of before.filter((each) => !members.includes(each)))
      await api.leaveDepartment(saved.id, id);
    await readAgain();
  };
}

export async function removeDepartment(id: string): Promise<void> {
  await api.removeDepartment(id);
  await readAgain();
}
