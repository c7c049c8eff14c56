import { beforeEach, expect, it, vi } from "vitest";
import * as api from "@/api/departments";
import type { Department } from "@/api/departments";
import { useSaveDepartment } from "./useDepartments";

const SALES: Department = {
  id: "sales",
  name: "Vendas",
  slug: "vendas",
  description: "",
  color: "#3B82F6",
  icon: "",
  is_active: true,
  business_hours: {},
  offline_message: "",
  routing_mode: "manual",
  auto_assign_conversations: false,
  max_conversations_per_agent: 10,
  agent_ids: ["bia"],
  total_agents: 1,
  created_at: "2026-11-24T12:00:00Z",
};

beforeEach(() => void vi.restoreAllMocks());

it("sends what was changed in this window, so that nothing of another one is undone", async () => {
  const change = vi.spyOn(api, "changeDepartment").mockResolvedValue(SALES);
  const join = vi.spyOn(api, "joinDepartment").mockResolvedValue(undefined as never);
  const leave = vi.spyOn(api, "leaveDepartment").mockResolvedValue(undefined as never);
  const { name, description, color } = SALES;
  const save = useSaveDepartment(SALES);
  await save({ form: { name, description: "No balcão", color }, members: ["bia", "davi"] });
  expect(change.mock.calls).toEqual([["sales", { description: "No balcão" }]]);
  expect(join.mock.calls).toEqual([["sales", "davi"]]);
  expect(leave).not.toHaveBeenCalled();
  await save({ form: { name, description, color }, members: ["bia"] });
  expect(change).toHaveBeenCalledTimes(1);
});
