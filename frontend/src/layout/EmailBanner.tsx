import { UnstyledButton } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sendVerificationAgain } from "@/api/signIn";
import { useProblemReport } from "@/api/useProblemText";
import { useMe } from "@/auth/session";
import classes from "./layout.module.css";

/** Asks whoever hasn't shown yet that the address is theirs; without that, nobody can send them a new password. */
export function EmailBanner() {
  const { t } = useTranslation();
  const report = useProblemReport();
  const { email, email_verified, impersonated_by } = useMe();
  const again = useMutation({ mutationFn: sendVerificationAgain, onError: report });
  if (email_verified || impersonated_by !== null) return null;
  return (
    <div role="status" className={classes.emailBanner} data-testid="verify-email">
      <IconMail size={17} aria-hidden="true" />
      <span>{t(again.isSuccess ? "layout.verify.sent" : "layout.verify.hint", { email })}</span>
      {!again.isSuccess && (
        <UnstyledButton className={classes.retry} disabled={again.isPending} onClick={() => again.mutate()}>
          {t("layout.verify.again")}
        </UnstyledButton>
      )}
    </div>
  );
}
