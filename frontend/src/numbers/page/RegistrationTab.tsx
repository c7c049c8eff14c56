import { Button, Group, PasswordInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Region } from "@/api/numberPage";
import * as api from "@/api/numberPage";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { FormDialog } from "@/settings/FormDialog";
import { Section } from "@/settings/Section";
import { say } from "../useNumberChanges";
import type { TabProps } from "./tab";
import { readNumberAgain } from "./useNumberPage";

const REGIONS: Region[] = [
  "AE",
  "AU",
  "BH",
  "BR",
  "CA",
  "CH",
  "DE",
  "GB",
  "ID",
  "IN",
  "JP",
  "KR",
  "SG",
  "ZA",
];
const DIGITS = 6;

interface DialogProps {
  numberId: string;
  onClose: () => void;
}

interface DigitsProps {
  label: string;
  hint?: string;
  secret?: boolean;
  value: string;
  error?: string;
  onChange: (digits: string) => void;
}

function SixDigits({ label, hint, secret = false, value, error, onChange }: DigitsProps) {
  const Field = secret ? PasswordInput : TextInput;
  return (
    <Field
      label={label}
      description={hint}
      required
      data-autofocus
      inputMode="numeric"
      autoComplete={secret ? "off" : "one-time-code"}
      maxLength={DIGITS}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value.replace(/\D/g, ""))}
    />
  );
}

function RegisterDialog({ numberId, onClose }: DialogProps) {
  const { t, i18n } = useTranslation();
  const [pin, setPin] = useState("");
  const [region, setRegion] = useState<Region | null>(null);
  const names = new Intl.DisplayNames(i18n.language, { type: "region" });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("number.registration.register")}
      does={t("number.registration.register")}
      ready={pin.length === DIGITS}
      onSend={async () => {
        await api.registerNumber(numberId, region === null ? { pin } : { pin, region });
        say(t("number.registration.registered"));
        await readNumberAgain();
      }}
    >
      {(problems) => (
        <>
          <SixDigits
            label={t("number.registration.pin")}
            hint={t("number.registration.pinHint")}
            secret
            value={pin}
            error={problems.pin}
            onChange={setPin}
          />
          <Select
            label={t("number.registration.region")}
            description={t("number.registration.regionHint")}
            placeholder={t("number.registration.anywhere")}
            clearable
            data={REGIONS.map((value) => ({ value, label: names.of(value) ?? value }))}
            value={region}
            error={problems.region}
            onChange={(value) => setRegion(REGIONS.find((known) => known === value) ?? null)}
          />
        </>
      )}
    </FormDialog>
  );
}

function CodeRequestDialog({ numberId, onClose, onAsked }: DialogProps & { onAsked: () => void }) {
  const { t, i18n } = useTranslation();
  const [method, setMethod] = useState<"SMS" | "VOICE">("SMS");
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("number.registration.request")}
      does={t("number.registration.request")}
      onSend={async () => {
        await api.requestCode(numberId, { method, language: i18n.language === "en" ? "en_US" : "pt_BR" });
        onAsked();
      }}
    >
      {(problems) => (
        <Select
          label={t("number.registration.method")}
          allowDeselect={false}
          data={(["SMS", "VOICE"] as const).map((value) => ({
            value,
            label: t(`number.registration.methods.${value}`),
          }))}
          value={method}
          error={problems.method}
          onChange={(value) => setMethod(value === "VOICE" ? "VOICE" : "SMS")}
        />
      )}
    </FormDialog>
  );
}

function CodeDialog({ numberId, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("number.registration.verify")}
      does={t("number.registration.verify")}
      ready={code.length === DIGITS}
      onSend={async () => {
        await api.verifyCode(numberId, code);
        say(t("number.registration.verified"));
        await readNumberAgain();
      }}
    >
      {(problems) => (
        <SixDigits
          label={t("number.registration.code")}
          hint={t("number.registration.codeHint")}
          value={code}
          error={problems.code}
          onChange={setCode}
        />
      )}
    </FormDialog>
  );
}

function PinDialog({ numberId, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [pin, setPin] = useState("");
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("number.registration.setPin")}
      ready={pin.length === DIGITS}
      onSend={async () => {
        await api.setPin(numberId, pin);
        say(t("number.registration.pinSet"));
      }}
    >
      {(problems) => (
        <SixDigits
          label={t("number.registration.newPin")}
          hint={t("number.registration.newPinHint")}
          secret
          value={pin}
          error={problems.pin}
          onChange={setPin}
        />
      )}
    </FormDialog>
  );
}

type Step = "register" | "request" | "verify" | "pin" | "deregister";

function StepRow({ detail, does, onClick }: { detail: string; does: string; onClick: () => void }) {
  return (
    <Group justify="space-between" align="flex-start">
      <Text size="sm" flex="1 1 220px">
        {detail}
      </Text>
      <Button size="xs" variant="default" onClick={onClick}>
        {does}
      </Button>
    </Group>
  );
}

/** What makes a number the business's at Meta, in the order in which it is done. */
export function RegistrationTab({ number }: TabProps) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step | null>(null);
  const close = () => setStep(null);
  const of = { numberId: number.id, onClose: close };
  return (
    <Stack>
      <Section title={t("number.registration.title")} about={t("number.registration.about")}>
        <StepRow
          detail={t("number.registration.requestDetail")}
          does={t("number.registration.request")}
          onClick={() => setStep("request")}
        />
        <StepRow
          detail={t("number.registration.verifyDetail")}
          does={t("number.registration.verify")}
          onClick={() => setStep("verify")}
        />
        <StepRow
          detail={t("number.registration.registerDetail")}
          does={t("number.registration.register")}
          onClick={() => setStep("register")}
        />
        <StepRow
          detail={t("number.registration.setPinDetail")}
          does={t("number.registration.setPin")}
          onClick={() => setStep("pin")}
        />
      </Section>
      <Section
        danger
        title={t("number.registration.deregister")}
        about={t("number.registration.deregisterAbout")}
      >
        <Group>
          <Button color="red.9" onClick={() => setStep("deregister")}>
            {t("number.registration.deregister")}
          </Button>
        </Group>
      </Section>
      {step === "register" && <RegisterDialog {...of} />}
      {step === "request" && (
        <CodeRequestDialog
          {...of}
          onClose={() => setStep((now) => (now === "request" ? null : now))}
          onAsked={() => setStep("verify")}
        />
      )}
      {step === "verify" && <CodeDialog {...of} />}
      {step === "pin" && <PinDialog {...of} />}
      <ConfirmDialog
        name={step === "deregister" ? number.display_phone_number : null}
        title={t("number.registration.deregisterTitle", { number: number.display_phone_number })}
        does={t("number.registration.deregister")}
        detail={t("number.registration.deregisterDetail")}
        onClose={close}
        onConfirm={async () => {
          await api.deregisterNumber(number.id);
          await readNumberAgain();
        }}
      />
    </Stack>
  );
}
