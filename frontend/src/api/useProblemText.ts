import { notifications } from "@mantine/notifications";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, isUnreachable } from "./problem";

/** Refusals that agents meet, told in their language; the others come in the API's words. */
const KNOWN = [
  "wrong-credentials",
  "no-membership",
  "email-taken",
  "signed-out",
  "token-invalid",
  "forbidden",
  "not-found",
  "window-closed",
  "contact-blocked",
  "number-not-connected",
  "status-not-allowed",
  "already-closed",
  "already-open",
  "not-retryable",
  "not-cancellable",
  "phone-not-valid",
  "phone-taken",
  "file-too-large",
  "media-not-accepted",
] as const;

/** A sentence for any error: the API's own words where it has some, ours where nobody answered. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error) => {
      if (!(error instanceof ApiProblem)) return t("common.problem.unexpected");
      if (isUnreachable(error)) return t("common.problem.unreachable");
      const known = KNOWN.find((kind) => kind === error.kind);
      if (known !== undefined) return t(`common.problem.kinds.${known}`);
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
