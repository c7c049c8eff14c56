import { Alert, Anchor, Loader, Stack } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { exchangeImpersonation } from "@/api/session";
import { useProblemText } from "@/api/useProblemText";
import { AuthFrame } from "./AuthFrame";
import { enter } from "./session";

/** Where the support desk leads: its code stands behind the `#`, is good once, and leaves the address at once. */
export function ImpersonatePage() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<unknown>(null);
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const code = decodeURIComponent(location.hash.slice(1));
    history.replaceState(history.state, "", location.pathname);
    exchangeImpersonation(code)
      .then(enter)
      .then(() => navigate({ to: "/inbox", replace: true }))
      .catch(setProblem);
  }, [navigate]);
  return (
    <AuthFrame title={t("impersonation.title")} subtitle={t("impersonation.subtitle")}>
      {problem === null ? (
        <Loader aria-label={t("common.loading")} />
      ) : (
        <Stack>
          <Alert color="red" role="alert">
            {problemText(problem)}
          </Alert>
          <Anchor href="/admin/">{t("impersonation.toDesk")}</Anchor>
        </Stack>
      )}
    </AuthFrame>
  );
}
