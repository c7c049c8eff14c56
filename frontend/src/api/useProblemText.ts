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
  "no-address",
  "phone-needed",
  "template-not-usable",
  "no-such-template",
  "number-without-templates",
  "system-template",
  "sync-running",
  "template-not-in-state",
  "template-not-editable",
  "template-exists",
  "template-not-valid",
  "direct-send-not-allowed",
  "status-not-allowed",
  "already-closed",
  "already-open",
  "not-retryable",
  "not-cancellable",
  "phone-not-valid",
  "phone-taken",
  "file-too-large",
  "media-not-accepted",
  "wrong-password",
  "not-that-name",
  "already-owner",
  "deletion-asked",
  "no-deletion-asked",
  "export-waiting",
  "export-not-ready",
  "hours-not-valid",
  "not-a-picture",
  "picture-too-large",
  "last-owner",
  "owners-only",
  "no-second-factor",
  "provider-taken",
  "issuer-not-valid",
  "may-not-grant",
  "url-refused",
  "challenge-not-valid",
  "wrong-second-factor",
  "reauthentication-required",
  "wrong-code",
  "credential-not-valid",
  "address-not-proven",
  "factor-there",
  "second-factor-demanded",
  "link-not-valid",
  "password-too-weak",
  "no-such-provider",
  "sso-failed",
  "sso-refused",
  "identity-taken",
  "mfa-enrollment-required",
  "already-member",
  "invitation-waiting",
  "invitation-not-waiting",
  "invitation-expired",
  "invitation-used",
  "no-such-invitation",
  "not-your-invitation",
  "sign-in-first",
  "out-of-reach",
  "own-role",
  "yourself",
  "no-such-role",
  "no-such-department",
  "role-name-taken",
  "role-in-use",
  "skill-taken",
  "notices-switched-off",
  "quiet-hours-not-valid",
  "name-taken",
  "name-not-valid",
  "value-not-valid",
  "secret-unreadable",
  "provider-away",
  "code-not-valid",
  "whatsapp-unreachable",
  "number-taken",
  "in-phones-app",
  "cloud-api-only",
  "block-not-possible",
  "thread-not-ours",
  "no-such-other",
  "same-contact",
  "not-this-way",
  "number-restricted",
  "template-parameters-not-valid",
  "qr-code-not-needed",
  "signup-not-offered",
  "infected",
  "not-scanned",
  "offset-differs",
  "part-too-large",
  "too-many-uploads",
  "upload-full",
] as const;

/** Refusals of single fields, by the API's codes for them. */
const OF_FIELDS: Record<string, (typeof KNOWN)[number]> = { not_a_phone: "phone-not-valid" };

const RESOURCES = [
  "agents",
  "numbers",
  "contacts",
  "chatbots",
  "departments",
  "campaigns",
  "monthly_messages",
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
      if (error.kind === "plan-limit-reached") {
        const { resource, limit, used } = error.more;
        const name = RESOURCES.find((each) => each === resource);
        if (name === undefined) return t("common.problem.planLimitOther");
        const allowed = t(`common.resources.${name}`, { count: Number(limit) });
        return t("common.problem.planLimit", { allowed, used: Number(used) });
      }
      if (error.status === 429) return t("common.problem.tooMany");
      if (error.status >= 500) return t("common.problem.server", { trace: error.details.trace_id || "–" });
      const [first] = error.details.errors;
      const kind = OF_FIELDS[first?.code ?? ""];
      if (kind !== undefined) return t(`common.problem.kinds.${kind}`);
      return first?.message ?? (error.message || t("common.problem.unexpected"));
    },
    [t],
  );
}

/** The refusals of a form by the API's names of fields, in the language of the page where we know the refusal. */
export function useFieldProblems(): (error: unknown) => Record<string, string> {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return useCallback(
    (error) => {
      if (!(error instanceof ApiProblem)) return {};
      const known = KNOWN.some((kind) => kind === error.kind);
      return Object.fromEntries(
        error.details.errors.map(({ field, code, message }) => {
          const kind = OF_FIELDS[code];
          if (kind !== undefined) return [field, t(`common.problem.kinds.${kind}`)];
          return [field, known ? problemText(error) : message];
        }),
      );
    },
    [problemText, t],
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
