import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { HTTPS, isWebAddress, LIMITS, linkMessage, NO_WORDS } from "./interactive";
import { InteractiveDialog, useLimitText, WordFields } from "./InteractiveDialog";
import type { DialogProps } from "./SendDialog";

/** A text with a button that opens a page. */
export function LinkDialog(dialog: DialogProps) {
  const { t } = useTranslation();
  const limit = useLimitText();
  const [words, setWords] = useState(NO_WORDS);
  const [label, setLabel] = useState("");
  const [url, setUrl] = useState("");
  return (
    <InteractiveDialog
      {...dialog}
      title={t("composer.more.kinds.link")}
      ready={words.body.trim() !== "" && label.trim() !== "" && isWebAddress(url)}
      message={linkMessage(words, label, url)}
    >
      {(problems) => (
        <>
          <WordFields words={words} onChange={setWords} problems={problems} />
          <TextInput
            label={t("composer.more.link.label")}
            description={limit(label, LIMITS.label)}
            value={label}
            maxLength={LIMITS.label}
            required
            error={problems["interactive.display_text"]}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <TextInput
            label={t("composer.more.link.url")}
            description={t("composer.more.link.urlHint")}
            type="url"
            inputMode="url"
            placeholder={HTTPS}
            value={url}
            maxLength={LIMITS.url}
            required
            error={problems["interactive.url"]}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
        </>
      )}
    </InteractiveDialog>
  );
}
