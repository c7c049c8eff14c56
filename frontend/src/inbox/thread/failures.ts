import type { MessageError } from "@/api/types";

/** WhatsApp's refusals that agents meet, explained in words of their own; the rest is told in the API's. */
export const EXPLAINED_FAILURES = [
  "131026",
  "131030",
  "131031",
  "131042",
  "131047",
  "131048",
  "131049",
  "131050",
  "131051",
  "131052",
  "131053",
  "131056",
  "130403",
  "130429",
  "130472",
  "130497",
  "133010",
  "131000",
  "131016",
  "190",
  "368",
  "100",
] as const;

export type ExplainedFailure = (typeof EXPLAINED_FAILURES)[number];

export function explainedFailure(error: MessageError | null): ExplainedFailure | null {
  return EXPLAINED_FAILURES.find((code) => code === String(error?.code ?? "")) ?? null;
}
