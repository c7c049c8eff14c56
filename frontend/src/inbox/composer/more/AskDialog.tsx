import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askMessage, NO_WORDS } from "./interactive";
import { InteractiveDialog, WordFields } from "./InteractiveDialog";
import type { DialogProps } from "./SendDialog";

/** Asks where the customer is, or for their phone number: one tap answers. */
export function AskDialog({ asks, ...dialog }: DialogProps & { asks: "askLocation" | "askContact" }) {
  const { t } = useTranslation();
  const [words, setWords] = useState(NO_WORDS);
  const kind = asks === "askLocation" ? "location_request_message" : "request_contact_info";
  return (
    <InteractiveDialog
      {...dialog}
      title={t(`composer.more.kinds.${asks}`)}
      ready={words.body.trim() !== ""}
      message={askMessage(kind, words.body)}
    >
      {(problems) => (
        <WordFields words={words} onChange={setWords} problems={problems} headed={false} footed={false} />
      )}
    </InteractiveDialog>
  );
}
