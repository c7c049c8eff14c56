import { useTranslation } from "react-i18next";
import type { OutgoingMessage } from "@/api/types";
import { FormDialog } from "@/settings/FormDialog";
import { useSendNow } from "./useSendNow";

export interface DialogProps {
  conversationId: string;
  opened: boolean;
  onClose: () => void;
}

interface Props extends DialogProps {
  title: string;
  ready: boolean;
  message: () => OutgoingMessage;
  children: (problems: Record<string, string>) => React.ReactNode;
}

/** A dialog that puts one message together and sends it. */
export function SendDialog({ conversationId, message, ...dialog }: Props) {
  const { t } = useTranslation();
  const sendNow = useSendNow(conversationId);
  return <FormDialog does={t("composer.send")} onSend={() => sendNow(message())} {...dialog} />;
}
