import { Anchor, Button, CopyButton, Group, Menu, Paper, Stack, Text, Textarea } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload, IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import * as api from "@/api/numberPage";
import type { QrCode } from "@/api/numberPage";
import { keepFile } from "@/api/download";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { FormDialog } from "@/settings/FormDialog";
import { RowActions } from "@/settings/RowActions";
import { Section } from "@/settings/Section";
import classes from "../numbers.module.css";
import { Loaded } from "./Loaded";
import { drawingOf, pngOf, svgOf } from "./qrCode";
import type { TabProps } from "./tab";
import { readAtMetaAgain, useQrCodes } from "./useNumberPage";

const MOST = 140;
const SHOWN = 20;

function Code({ link, label }: { link: string; label: string }) {
  const { side, path } = useMemo(() => drawingOf(link), [link]);
  return (
    <svg
      className={classes.qr}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}

function Download({ code: { code, deep_link_url } }: { code: QrCode }) {
  const { t } = useTranslation();
  return (
    <Menu>
      <Menu.Target>
        <Button size="compact-sm" variant="subtle" leftSection={<IconDownload size={15} />}>
          {t("number.qrCodes.download")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          onClick={() => keepFile(new Blob([svgOf(deep_link_url)], { type: "image/svg+xml" }), `${code}.svg`)}
        >
          SVG
        </Menu.Item>
        <Menu.Item
          onClick={() => void pngOf(deep_link_url).then((picture) => keepFile(picture, `${code}.png`))}
        >
          PNG
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface RowProps {
  code: QrCode;
  mayManage: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function Row({ code, mayManage, onEdit, onRemove }: RowProps) {
  const { t } = useTranslation();
  const { prefilled_message: message, deep_link_url: link } = code;
  return (
    <Paper withBorder p="sm" radius="md" data-testid="qr-code">
      <Group wrap="nowrap" align="flex-start">
        <Code link={link} label={t("number.qrCodes.of", { message })} />
        <Stack gap={4} style={{ minWidth: 0, flex: 1 }}>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {message}
          </Text>
          <Anchor href={link} target="_blank" rel="noreferrer" size="xs" style={{ overflowWrap: "anywhere" }}>
            {link}
          </Anchor>
          <Group gap={4}>
            <CopyButton value={link}>
              {({ copied, copy }) => (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
                  onClick={copy}
                >
                  {copied ? t("settings.copied") : t("number.qrCodes.copy")}
                </Button>
              )}
            </CopyButton>
            <Download code={code} />
            {mayManage && <RowActions name={message} onEdit={onEdit} onRemove={onRemove} />}
          </Group>
        </Stack>
      </Group>
    </Paper>
  );
}

interface CodeDialogProps {
  numberId: string;
  /** The one to change; none: a new one. */
  code: QrCode | null;
  onClose: () => void;
}

function CodeDialog({ numberId, code, onClose }: CodeDialogProps) {
  const { t } = useTranslation();
  const [message, setMessage] = useState(code?.prefilled_message ?? "");
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t(code === null ? "number.qrCodes.new" : "number.qrCodes.edit")}
      ready={message.trim() !== ""}
      onSend={async () => {
        await (code === null
          ? api.createQrCode(numberId, message)
          : api.changeQrCode(numberId, code.code, message));
        await readAtMetaAgain(numberId, "qr-codes");
      }}
    >
      {(problems) => (
        <Textarea
          label={t("number.qrCodes.message")}
          description={t("number.qrCodes.messageHint", { count: MOST - message.length })}
          data-autofocus
          required
          autosize
          minRows={2}
          maxLength={MOST}
          value={message}
          error={problems.prefilled_message}
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  );
}

/** Short links that write a message for the customer, and their QR codes. */
export function QrCodesTab({ number, mayManage }: TabProps) {
  const { t } = useTranslation();
  const codes = useQrCodes(number.id);
  const [edited, setEdited] = useState<QrCode | "new" | null>(null);
  const [removed, setRemoved] = useState<QrCode | null>(null);
  const [shown, setShown] = useState(SHOWN);
  return (
    <Section
      title={t("number.qrCodes.title")}
      about={t("number.qrCodes.about")}
      action={
        mayManage && (
          <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setEdited("new")}>
            {t("number.qrCodes.new")}
          </Button>
        )
      }
    >
      <Loaded query={codes}>
        {({ results }) => (
          <>
            {results.length === 0 && (
              <Text size="sm" c="var(--pt-muted)">
                {t("number.qrCodes.none")}
              </Text>
            )}
            {results.slice(0, shown).map((code) => (
              <Row
                key={code.code}
                code={code}
                mayManage={mayManage}
                onEdit={() => setEdited(code)}
                onRemove={() => setRemoved(code)}
              />
            ))}
            {results.length > shown && (
              <Button variant="default" onClick={() => setShown(shown + SHOWN)}>
                {t("number.more")}
              </Button>
            )}
          </>
        )}
      </Loaded>
      {edited !== null && (
        <CodeDialog
          numberId={number.id}
          code={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
      <ConfirmDialog
        name={removed === null ? null : removed.prefilled_message}
        title={t("number.qrCodes.removeTitle")}
        detail={t("number.qrCodes.removeDetail")}
        onClose={() => setRemoved(null)}
        onConfirm={async () => {
          await api.removeQrCode(number.id, removed?.code ?? "");
          await readAtMetaAgain(number.id, "qr-codes");
        }}
      />
    </Section>
  );
}
