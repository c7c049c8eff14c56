import { ActionIcon, Alert, Badge, Button, Group, Text, TextInput, Tooltip } from "@mantine/core";
import {
  IconDeviceMobile,
  IconFingerprint,
  IconKey,
  IconPencil,
  IconShieldCheck,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Device, Factors } from "@/api/signIn";
import { dateAndTime } from "@/i18n/format";
import { Dialog } from "@/layout/Dialog";
import { FormDialog } from "@/settings/FormDialog";
import { DeviceSetUp } from "./DeviceSetUp";
import { Section } from "@/settings/Section";
import { RecoveryCodes } from "./RecoveryCodes";
import { TotpSetUp } from "./TotpSetUp";
import { usePasswordAgain } from "./usePasswordAgain";
import { removeFactor, renameDevice, renewRecoveryCodes } from "./useSignIn";

type Open =
  | { what: "totp" | "device" | "renew" }
  | { what: "codes"; codes: readonly string[] }
  | { what: "rename"; device: Device }
  | { what: "remove"; factor: "totp" | Device };

interface RowProps {
  icon: typeof IconKey;
  name: string;
  detail: string;
  badge?: string | undefined;
  children: React.ReactNode;
}

function Row({ icon: Icon, name, detail, badge, children }: RowProps) {
  return (
    <Group justify="space-between" wrap="nowrap" data-testid="factor">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <Icon size={22} aria-hidden="true" style={{ flex: "none" }} />
        <div style={{ minWidth: 0 }}>
          <Group gap={6}>
            <Text fw={600} style={{ overflowWrap: "anywhere" }}>
              {name}
            </Text>
            {badge !== undefined && <Badge variant="light">{badge}</Badge>}
          </Group>
          <Text size="sm" c="var(--pt-muted)">
            {detail}
          </Text>
        </div>
      </Group>
      {children}
    </Group>
  );
}

interface DialogProps {
  factor: "totp" | Device;
  onClose: () => void;
}

function RemoveDialog({ factor, onClose }: DialogProps) {
  const { t } = useTranslation();
  const again = usePasswordAgain();
  const name = factor === "totp" ? t("signIn.totp.name") : factor.name;
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("settings.confirmRemove", { name })}
      does={t("settings.remove")}
      danger
      onSend={() => again.send((password) => removeFactor(factor, password))}
    >
      {(problems) => (
        <>
          <Text size="sm">{t("signIn.removeDetail")}</Text>
          {again.field(problems.password)}
        </>
      )}
    </FormDialog>
  );
}

function RenameDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(device.name);
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("signIn.device.renameTitle", { name: device.name })}
      ready={name.trim() !== ""}
      onSend={() => renameDevice(device, name.trim())}
    >
      {(problems) => (
        <TextInput
          label={t("signIn.device.name")}
          required
          data-autofocus
          maxLength={100}
          value={name}
          error={problems.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  );
}

interface RenewProps {
  onClose: () => void;
  onCodes: (codes: string[]) => void;
}

function RenewDialog({ onClose, onCodes }: RenewProps) {
  const { t } = useTranslation();
  const again = usePasswordAgain();
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("signIn.codes.renew")}
      does={t("signIn.codes.make")}
      onSend={async () => {
        const codes = await again.send(renewRecoveryCodes);
        // After the dialog has closed itself.
        setTimeout(() => onCodes(codes));
      }}
    >
      {(problems) => (
        <>
          <Text size="sm">{t("signIn.codes.renewDetail")}</Text>
          {again.field(problems.password)}
        </>
      )}
    </FormDialog>
  );
}

/** What the person shows beside the password, or instead of it. */
export function FactorsSection({ factors }: { factors: Factors }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open | null>(null);
  const { totp, webauthn, recovery_codes_left, demanded_by } = factors;
  const none = totp === null && webauthn.length === 0;
  const close = () => setOpen(null);
  const done = (codes: readonly string[] | null) => setOpen(codes === null ? null : { what: "codes", codes });
  const used = (created: string, last: string | null) =>
    last === null
      ? t("signIn.since", { when: dateAndTime(created) })
      : t("signIn.lastUsed", { when: dateAndTime(last) });
  const trash = (name: string, factor: "totp" | Device) => (
    <Tooltip label={t("settings.remove")}>
      <ActionIcon
        color="red"
        aria-label={`${t("settings.remove")}: ${name}`}
        onClick={() => setOpen({ what: "remove", factor })}
      >
        <IconTrash size={18} />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Section title={t("signIn.factors")} about={t("signIn.factorsDetail")}>
      {demanded_by.length > 0 && (
        <Alert color="blue" icon={<IconShieldCheck size={18} />}>
          {t("signIn.demanded", { organizations: demanded_by.join(", ") })}
        </Alert>
      )}
      {none && demanded_by.length === 0 && (
        <Text size="sm" c="var(--pt-muted)">
          {t("signIn.noFactors")}
        </Text>
      )}
      {totp !== null && (
        <Row
          icon={IconDeviceMobile}
          name={t("signIn.totp.name")}
          detail={used(totp.created_at, totp.last_used_at)}
        >
          {trash(t("signIn.totp.name"), "totp")}
        </Row>
      )}
      {webauthn.map((device) => (
        <Row
          key={device.id}
          icon={IconFingerprint}
          name={device.name}
          badge={device.passwordless ? t("signIn.device.signsIn") : undefined}
          detail={used(device.created_at, device.last_used_at)}
        >
          <Group gap={4} wrap="nowrap">
            <Tooltip label={t("signIn.device.rename")}>
              <ActionIcon
                aria-label={`${t("signIn.device.rename")}: ${device.name}`}
                onClick={() => setOpen({ what: "rename", device })}
              >
                <IconPencil size={18} />
              </ActionIcon>
            </Tooltip>
            {trash(device.name, device)}
          </Group>
        </Row>
      ))}
      {!none && (
        <Row
          icon={IconKey}
          name={t("signIn.codes.name")}
          detail={t("signIn.codes.left", { count: recovery_codes_left })}
        >
          <Button variant="default" size="xs" flex="none" onClick={() => setOpen({ what: "renew" })}>
            {t("signIn.codes.renewShort")}
          </Button>
        </Row>
      )}
      <Group gap="xs">
        {totp === null && (
          <Button variant="default" onClick={() => setOpen({ what: "totp" })}>
            {t("signIn.totp.setUp")}
          </Button>
        )}
        <Button variant="default" onClick={() => setOpen({ what: "device" })}>
          {t("signIn.device.setUp")}
        </Button>
      </Group>
      <Dialog opened={open?.what === "totp"} onClose={close} title={t("signIn.totp.name")}>
        <TotpSetUp onCancel={close} onDone={done} />
      </Dialog>
      <Dialog opened={open?.what === "device"} onClose={close} title={t("signIn.device.title")}>
        <DeviceSetUp onCancel={close} onDone={done} />
      </Dialog>
      <Dialog
        opened={open?.what === "codes"}
        onClose={close}
        closeOnClickOutside={false}
        title={t("signIn.codes.name")}
      >
        {open?.what === "codes" && <RecoveryCodes codes={open.codes} onDone={close} />}
      </Dialog>
      {open?.what === "rename" && <RenameDialog device={open.device} onClose={close} />}
      {open?.what === "remove" && <RemoveDialog factor={open.factor} onClose={close} />}
      {open?.what === "renew" && <RenewDialog onClose={close} onCodes={done} />}
    </Section>
  );
}
