import { notifications } from "@mantine/notifications";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, isUnreachable } from "./problem";

/** A sentence for any error: the API's own words where it has some, ours where nobody answered. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error) => {
      if (!(error instanceof ApiProblem)) return t("common.problem.unexpected");
      if (isUnreachable(error)) return t("common.problem.unreachable");
      if (error.kind === "window-closed") return t("common.problem.windowClosed");
      if (error.kind === "contact-blocked") return t("common.problem.contactBlocked");
      if (error.status === 429) return t("common.problem.tooMany");
      if (error.status >= 500) return t("common.problem.server", { trace: error.details.trace_id || "–" });
      const first = error.details.errors[0]?.message;
      return first ?? (error.message || t("common.problem.unexpected"));
    },
    [t],
  );
}

/** Shows any error in words for a moment, where no form has a place for it. */
export function useProblemReport(): (error: unknown) => void {
  const problemText = useProblemText();
  return useCallback(
    (error) => {
      notifications.show({ color: "red", message: problemText(error) });
    },
    [problemText],
  );
}
