import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { flowMessage, LIMITS, NO_WORDS } from "./interactive";
import { InteractiveDialog, useLimitText, WordFields } from "./InteractiveDialog";
import type { DialogProps } from "./SendDialog";

/** A button that opens a form which was made at Meta. */
export function FlowDialog(dialog: DialogProps) {
  const { t } = useTranslation();
  const limit = useLimitText();
  const [words, setWords] = useState(NO_WORDS);
  const [label, setLabel] = useState("");
  const [flow, setFlow] = useState("");
  const [screen, setScreen] = useState("");
  return (
    <InteractiveDialog
      {...dialog}
      title={t("composer.more.kinds.flow")}
      ready={words.body.trim() !== "" && label.trim() !== "" && flow.trim() !== ""}
      message={flowMessage(words, label, flow, screen)}
    >
      {(problems) => (
        <>
          <WordFields words={words} onChange={setWords} problems={problems} />
          <TextInput
            label={t("composer.more.flow.label")}
            description={limit(label, LIMITS.flowLabel, t("composer.more.flow.labelHint"))}
            value={label}
            maxLength={LIMITS.flowLabel}
            required
            error={problems["interactive.flow_cta"]}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <TextInput
            label={t("composer.more.flow.flow")}
            description={t("composer.more.flow.flowHint")}
            value={flow}
            required
            error={problems["interactive.flow_id"] ?? problems["interactive.flow_name"]}
            onChange={(event) => setFlow(event.currentTarget.value)}
          />
          <TextInput
            label={t("composer.more.flow.screen")}
            description={t("composer.more.flow.screenHint")}
            value={screen}
            error={problems["interactive.flow_action_payload.screen"]}
            onChange={(event) => setScreen(event.currentTarget.value)}
          />
        </>
      )}
    </InteractiveDialog>
  );
}
