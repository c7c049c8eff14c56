import {
  ActionIcon,
  Alert,
  Button,
  CloseButton,
  Group,
  Skeleton,
  Stack,
  TagsInput,
  Text,
  Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconArrowMerge,
  IconBan,
  IconCopy,
  IconShieldHalf,
  IconStar,
  IconStarFilled,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Contact } from "@/api/types";
import { useProblemText } from "@/api/useProblemText";
import { usePermission } from "@/auth/session";
import { dateAndTime } from "@/i18n/format";
import { phoneText } from "@/i18n/phone";
import { PATHS } from "@/settings/sections";
import { PersonAvatar } from "@/layout/PersonAvatar";
import { BlockDialog } from "./BlockDialog";
import classes from "./contact.module.css";
import { ContactFacts } from "./ContactFacts";
import { ConversationCost } from "./ConversationCost";
import { EditableField } from "./EditableField";
import { MergeDialog } from "./MergeDialog";
import { useContact, useContactChanges, useTags, type ContactChanges } from "./useContact";

interface SectionProps {
  contact: Contact;
  changes: ContactChanges;
  readOnly: boolean;
}

/** One way to name them, with a button that copies it. */
function Named({ text, does }: { text: string; does: string }) {
  return (
    <Group gap={2}>
      <Text size="sm" c="var(--pt-muted)">
        {text}
      </Text>
      <Tooltip label={does}>
        <ActionIcon size="sm" aria-label={does} onClick={() => void navigator.clipboard.writeText(text)}>
          <IconCopy size={14} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

function Identity({ contact, changes, readOnly }: SectionProps) {
  const { t } = useTranslation();
  const Star = contact.is_vip ? IconStarFilled : IconStar;
  const vip = contact.is_vip ? t("contact.removeVip") : t("contact.makeVip");
  return (
    <Stack align="center" gap={4} className={classes.identity}>
      <PersonAvatar name={contact.display_name} size={72} />
      <Group gap={4} mt="xs" wrap="nowrap">
        <Text fw={650} size="lg" ta="center" className={classes.name}>
          {contact.display_name}
        </Text>
        <Tooltip label={vip}>
          <ActionIcon
            size="md"
            color={contact.is_vip ? "yellow" : "gray"}
            aria-pressed={contact.is_vip}
            aria-label={vip}
            disabled={readOnly}
            onClick={() => changes.setVip(!contact.is_vip)}
          >
            <Star size={18} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {contact.phone !== "" && <Named text={phoneText(contact.phone)} does={t("contact.copyPhone")} />}
      {contact.username !== "" && <Named text={`@${contact.username}`} does={t("contact.copyUsername")} />}
      {contact.phone === "" && <Text size="xs">{t("contact.hiddenPhone")}</Text>}
      {contact.profile_name !== "" && contact.profile_name !== contact.display_name && (
        <Text size="xs" c="var(--pt-muted)">
          {t("contact.profileName", { name: contact.profile_name })}
        </Text>
      )}
    </Stack>
  );
}

function Fields({ contact, changes, readOnly }: SectionProps) {
  const { t } = useTranslation();
  const field = (name: "name" | "email" | "company" | "job_title" | "notes") => ({
    label: t(`contact.fields.${name}`),
    placeholder: t("contact.add"),
    value: contact[name],
    disabled: readOnly,
    onSave: (value: string) => changes.change({ [name]: value }),
  });
  return (
    <Stack gap="xs">
      <EditableField {...field("name")} />
      <EditableField {...field("email")} type="email" />
      <EditableField {...field("company")} />
      <EditableField {...field("job_title")} />
      <EditableField {...field("notes")} multiline />
    </Stack>
  );
}

function Tags({ contact, changes, readOnly }: SectionProps) {
  const { t } = useTranslation();
  const known = useTags() ?? [];
  return (
    <TagsInput
      label={t("contact.tags")}
      placeholder={contact.tags.length === 0 ? t("contact.addTag") : ""}
      size="sm"
      classNames={{ label: classes.fieldLabel }}
      disabled={readOnly}
      value={contact.tags.map(({ name }) => name)}
      data={known.map(({ name }) => name)}
      onChange={changes.setTags}
      maxTags={30}
    />
  );
}

function Blocking({ contact, changes, readOnly }: SectionProps) {
  const { t } = useTranslation();
  const [asking, dialog] = useDisclosure(false);
  if (contact.is_blocked) {
    return (
      <Alert color="red" icon={<IconBan size={18} />} title={t("contact.blocked")}>
        {contact.blocked_reason !== "" && <Text size="sm">{contact.blocked_reason}</Text>}
        <Button size="xs" mt="xs" variant="default" disabled={readOnly} onClick={changes.unblock}>
          {t("contact.unblock")}
        </Button>
      </Alert>
    );
  }
  return (
    <>
      <Button
        variant="subtle"
        color="red"
        size="sm"
        leftSection={<IconBan size={17} />}
        disabled={readOnly}
        onClick={dialog.open}
      >
        {t("contact.block")}
      </Button>
      <BlockDialog
        opened={asking}
        name={contact.display_name}
        onCancel={dialog.close}
        onBlock={changes.block}
      />
    </>
  );
}

function Merging({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const [asking, dialog] = useDisclosure(false);
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        size="sm"
        leftSection={<IconArrowMerge size={17} />}
        onClick={dialog.open}
      >
        {t("contact.merge.open")}
      </Button>
      <MergeDialog opened={asking} contact={contact} onClose={dialog.close} />
    </>
  );
}

/** What the law lets people ask for: a copy of their data, or that it goes. */
function PersonalData({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  return (
    <Button
      variant="subtle"
      color="gray"
      size="sm"
      leftSection={<IconShieldHalf size={17} />}
      renderRoot={(props) => <Link to={PATHS.privacy} search={{ contact: contactId }} {...props} />}
    >
      {t("contact.personalData")}
    </Button>
  );
}

function LoadingContact() {
  const { t } = useTranslation();
  return (
    <Stack align="center" p="lg" role="status" aria-label={t("common.loading")}>
      <Skeleton circle height={72} />
      <Skeleton height={16} width="60%" />
      <Skeleton height={180} mt="md" />
    </Stack>
  );
}

interface Props {
  contactId: string;
  /** The conversation beside which it stands. */
  conversationId?: string;
  onClose: () => void;
}

/** Who the customer is, and what agents write down about them. */
export function ContactPanel({ contactId, conversationId, onClose }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { data: contact, error } = useContact(contactId);
  const changes = useContactChanges(contactId);
  const readOnly = !usePermission("contacts.edit");
  const mayManagePrivacy = usePermission("privacy.manage");
  return (
    <aside className={classes.panel} aria-label={t("contact.title")}>
      <Group justify="space-between" className={classes.head}>
        <Text fw={650}>{t("contact.title")}</Text>
        <CloseButton onClick={onClose} aria-label={t("common.close")} />
      </Group>
      <div className={classes.scroll}>
        {contact === undefined && error === null && <LoadingContact />}
        {contact === undefined && error !== null && (
          <Text p="lg" size="sm" role="alert">
            {problemText(error)}
          </Text>
        )}
        {contact !== undefined && (
          <Stack gap="lg" key={contact.id}>
            <Identity contact={contact} changes={changes} readOnly={readOnly} />
            <Fields contact={contact} changes={changes} readOnly={readOnly} />
            <Tags contact={contact} changes={changes} readOnly={readOnly} />
            <ContactFacts contact={contact} />
            {conversationId !== undefined && <ConversationCost conversationId={conversationId} />}
            {!readOnly && <Merging contact={contact} />}
            <Blocking contact={contact} changes={changes} readOnly={readOnly} />
            {mayManagePrivacy && <PersonalData contactId={contact.id} />}
            <Text size="xs" c="var(--pt-muted)" ta="center">
              {t("contact.since", { at: dateAndTime(contact.created_at) })}
            </Text>
          </Stack>
        )}
      </div>
    </aside>
  );
}
