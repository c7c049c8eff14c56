import { Alert } from "@mantine/core";
import { IconAlertCircle, IconClock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/api/useProblemText";
import { duration } from "@/i18n/format";
import { DeviceRefusal } from "./webauthn";

/** What any step of signing in was refused with, in words. */
export function useRefusalText(): (error: unknown) => string {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return (error) => (error instanceof DeviceRefusal ? t(`auth.device.${error.reason}`) : problemText(error));
}

interface Props {
  error: unknown;
  /** The seconds still to wait. */
  wait?: number;
}

/** Why it didn't work; after too many tries, how long to wait. Nothing where nothing went wrong. */
export function SignInAlert({ error, wait = 0 }: Props) {
  const { t } = useTranslation();
  const text = useRefusalText();
  if (wait > 0)
    return (
      <Alert color="yellow" icon={<IconClock size={18} />} role="alert" data-testid="wait">
        {t("auth.wait")}{" "}
        <b role="timer" aria-live="off">
          {duration(wait)}
        </b>
      </Alert>
    );
  if (error == null) return null;
  return (
    <Alert color="red" icon={<IconAlertCircle size={18} />} role="alert">
      {text(error)}
    </Alert>
  );
}
