import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "./problem";

/** A sentence for any error: the API's own words where it has some, ours where nobody answered. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error) => {
      if (!(error instanceof ApiProblem)) return t("common.problem.unexpected");
      if (error.unreachable) return t("common.problem.unreachable");
      if (error.kind === "window-closed") return t("common.problem.windowClosed");
      if (error.kind === "contact-blocked") return t("common.problem.contactBlocked");
      if (error.status === 429) return t("common.problem.tooMany");
      if (error.status >= 500) return t("common.problem.server", { trace: error.details.trace_id ?? "–" });
      const first = error.details.errors?.[0]?.message;
      return first ?? (error.message || t("common.problem.unexpected"));
    },
    [t],
  );
}
