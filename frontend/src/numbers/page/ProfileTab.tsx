import {
  Avatar,
  Button,
  Fieldset,
  FileButton,
  Group,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { IconPhotoUp } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BusinessProfile, ProfileChanges } from "@/api/numberPage";
import { requestName } from "@/api/numberPage";
import { uploadMedia } from "@/api/upload";
import { useProblemText } from "@/api/useProblemText";
import { initials } from "@/layout/PersonAvatar";
import { Section, SectionForm } from "@/settings/Section";
import classes from "../numbers.module.css";
import { Loaded } from "./Loaded";
import type { TabProps } from "./tab";
import { readNumberAgain, saveProfile, useProfile } from "./useNumberPage";
import { useMetaWord } from "./words";

const VERTICALS = [
  "ALCOHOL",
  "APPAREL",
  "AUTO",
  "BEAUTY",
  "EDU",
  "ENTERTAIN",
  "EVENT_PLAN",
  "FINANCE",
  "GOVT",
  "GROCERY",
  "HEALTH",
  "HOTEL",
  "NONPROFIT",
  "ONLINE_GAMBLING",
  "OTC_DRUGS",
  "PHYSICAL_GAMBLING",
  "PROF_SERVICES",
  "RESTAURANT",
  "RETAIL",
  "TRAVEL",
  "OTHER",
] as const;
const SCHEME = "https://";
/** As Meta says that nobody has chosen one. */
const UNKNOWN = "UNDEFINED";
const MOST = { about: 139, address: 256, description: 512, email: 128, website: 256 };

interface Form {
  about: string;
  address: string;
  description: string;
  email: string;
  vertical: string;
  websites: [string, string];
}

function formOf({ about, address, description, email, vertical, websites }: BusinessProfile): Form {
  const [first = "", second = ""] = websites ?? [];
  return { about, address, description, email, vertical, websites: [first, second] };
}

/** What differs from what customers see now. */
function changesOf(before: Form, { websites, vertical, ...form }: Form): ProfileChanges {
  const texts = Object.entries(form).filter(([name, value]) => value !== before[name as keyof typeof form]);
  const changes: ProfileChanges = Object.fromEntries(texts);
  const chosen = VERTICALS.find((known) => known === vertical);
  if (vertical !== before.vertical && chosen !== undefined) changes.vertical = chosen;
  if (websites.join(" ") !== before.websites.join(" "))
    changes.websites = websites.map((each) => each.trim()).filter((each) => each !== "");
  return changes;
}

/** Meta's pictures alone are shown, as its pages' own policy has it. */
const isMetas = (address: string) => /^https:\/\/pps\.whatsapp\.net\//.test(address);

/** As a customer sees who writes. */
function Preview({ name, form, picture }: { name: string; form: Form; picture: string }) {
  const { t } = useTranslation();
  const word = useMetaWord();
  return (
    <section className={classes.preview} aria-label={t("number.profile.preview")}>
      <Stack align="center" gap={2} mb="sm">
        <Avatar src={isMetas(picture) ? picture : null} alt="" size={84} radius={84} color="brand">
          {initials(name)}
        </Avatar>
        <Text fw={650} mt="xs" ta="center">
          {name}
        </Text>
        {form.vertical !== "" && form.vertical !== UNKNOWN && (
          <Text size="sm" c="var(--pt-muted)">
            {word("vertical", form.vertical)}
          </Text>
        )}
      </Stack>
      <Stack gap={6}>
        {[form.description, form.address, form.email, ...form.websites, form.about]
          .filter((each) => each !== "")
          .map((each, index) => (
            <Text key={index} size="sm" style={{ whiteSpace: "pre-line" }}>
              {each}
            </Text>
          ))}
      </Stack>
    </section>
  );
}

function Picture({ numberId }: { numberId: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const again = useRef<() => void>(null);
  const upload = useMutation({
    mutationFn: async (file: File) => {
      const signal = new AbortController().signal;
      const picture = await uploadMedia(file, "image", { onProgress: () => undefined, signal });
      await saveProfile(numberId, { picture_id: picture.id });
    },
    onSettled: () => again.current?.(),
  });
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <FileButton
          accept="image/jpeg,image/png"
          resetRef={again}
          inputProps={{ "aria-label": t("number.profile.picture") }}
          onChange={(file) => {
            if (file !== null) upload.mutate(file);
          }}
        >
          {(props) => (
            <Button
              {...props}
              size="xs"
              variant="default"
              leftSection={<IconPhotoUp size={16} />}
              loading={upload.isPending}
            >
              {t("number.profile.picture")}
            </Button>
          )}
        </FileButton>
        <Text size="xs" c="var(--pt-muted)">
          {t("number.profile.pictureHint")}
        </Text>
      </Group>
      {upload.isError && (
        <Text size="sm" c="var(--pt-danger)" role="alert">
          {problemText(upload.error)}
        </Text>
      )}
    </Stack>
  );
}

function ProfileForm({ number, mayManage, profile }: TabProps & { profile: BusinessProfile }) {
  const { t } = useTranslation();
  const word = useMetaWord();
  const before = formOf(profile);
  const [form, setForm] = useState(before);
  const changes = changesOf(before, form);
  const set = (some: Partial<Form>) => setForm((now) => ({ ...now, ...some }));
  const field = (name: "about" | "address" | "description" | "email") => ({
    label: t(`number.profile.${name}`),
    maxLength: MOST[name],
    value: form[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      set({ [name]: event.currentTarget.value }),
  });
  return (
    <>
      <SectionForm
        title={t("number.profile.title")}
        about={t("number.profile.hint")}
        changed={mayManage && Object.keys(changes).length > 0}
        onSend={async () => setForm(formOf(await saveProfile(number.id, changes)))}
      >
        {(problems) => (
          <Fieldset variant="unstyled" disabled={!mayManage}>
            <Stack>
              {mayManage && <Picture numberId={number.id} />}
              <TextInput {...field("about")} error={problems.about} />
              <Textarea {...field("description")} autosize minRows={2} error={problems.description} />
              <TextInput {...field("address")} error={problems.address} />
              <TextInput {...field("email")} type="email" error={problems.email} />
              {form.websites.map((value, index) => (
                <TextInput
                  key={index}
                  label={t("number.profile.website", { place: index + 1 })}
                  type="url"
                  placeholder={SCHEME}
                  maxLength={MOST.website}
                  value={value}
                  error={problems[`websites.${index}`] ?? (index === 0 ? problems.websites : undefined)}
                  onChange={(event) => {
                    const websites: Form["websites"] = [...form.websites];
                    websites[index] = event.currentTarget.value;
                    set({ websites });
                  }}
                />
              ))}
              <Select
                label={t("number.profile.vertical")}
                searchable
                allowDeselect={false}
                disabled={!mayManage}
                data={VERTICALS.map((value) => ({ value, label: word("vertical", value) }))}
                value={VERTICALS.find((known) => known === form.vertical) ?? null}
                error={problems.vertical}
                onChange={(vertical) => set({ vertical: vertical ?? "" })}
              />
            </Stack>
          </Fieldset>
        )}
      </SectionForm>
      <Section title={t("number.profile.preview")} about={t("number.profile.previewHint")}>
        <Preview
          name={number.verified_name || number.display_phone_number}
          form={form}
          picture={profile.profile_picture_url}
        />
      </Section>
    </>
  );
}

function DisplayName({ number }: Pick<TabProps, "number">) {
  const { t } = useTranslation();
  const word = useMetaWord();
  const [name, setName] = useState(number.verified_name);
  return (
    <SectionForm
      title={t("number.profile.name")}
      about={t("number.profile.nameHint")}
      changed={name.trim() !== "" && name.trim() !== number.verified_name}
      onSend={async () => {
        await requestName(number.id, name.trim());
        await readNumberAgain();
      }}
    >
      {(problems) => (
        <TextInput
          label={t("number.profile.name")}
          description={
            number.name_status !== ""
              ? t("number.profile.nameIs", { status: word("nameStatus", number.name_status) })
              : undefined
          }
          maxLength={255}
          value={name}
          error={problems.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
    </SectionForm>
  );
}

/** What customers see of the business. */
export function ProfileTab({ number, mayManage }: TabProps) {
  const profile = useProfile(number.id);
  return (
    <Stack>
      <Loaded query={profile}>
        {(data) => <ProfileForm number={number} mayManage={mayManage} profile={data} />}
      </Loaded>
      {mayManage && <DisplayName number={number} />}
    </Stack>
  );
}
