import { Select, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeProfile } from "@/api/profile";
import type { Language, Me } from "@/api/types";
import { show, useMe } from "@/auth/session";
import { SectionForm } from "@/settings/Section";
import { SettingsPage } from "@/settings/SettingsPage";
import { AvatarSection } from "./AvatarSection";
import { EmailSection } from "./EmailSection";

/** A time zone that nobody has: in place of one's own, the organization's. */
const SAME = "same";
const ZONES = Intl.supportedValuesOf("timeZone");

interface Form {
  full_name: string;
  phone_number: string;
  bio: string;
  language: Language;
  timezone: string;
}

function formOf({ full_name, phone_number, bio, language, timezone }: Me): Form {
  return { full_name, phone_number, bio, language, timezone };
}

function PersonForm() {
  const { t } = useTranslation();
  const me = useMe();
  const [form, setForm] = useState(() => formOf(me));
  const set = (changes: Partial<Form>) => setForm((before) => ({ ...before, ...changes }));
  const kept = formOf(me);
  const changed = (Object.keys(kept) as (keyof Form)[]).some((name) => form[name] !== kept[name]);
  const save = async () => {
    const saved = await changeProfile({ ...form, full_name: form.full_name.trim() });
    await show(saved);
    setForm(formOf(saved));
  };
  const zones = form.timezone === "" || ZONES.includes(form.timezone) ? ZONES : [form.timezone, ...ZONES];
  return (
    <SectionForm title={t("profile.about")} changed={changed} onSend={save}>
      {(problems) => (
        <>
          <TextInput
            label={t("profile.fullName")}
            autoComplete="name"
            required
            minLength={2}
            maxLength={255}
            value={form.full_name}
            error={problems.full_name}
            onChange={(event) => set({ full_name: event.currentTarget.value })}
          />
          <TextInput
            label={t("profile.phone")}
            type="tel"
            autoComplete="tel"
            placeholder="+55 11 98765-4321"
            maxLength={40}
            value={form.phone_number}
            error={problems.phone_number}
            onChange={(event) => set({ phone_number: event.currentTarget.value })}
          />
          <Textarea
            label={t("profile.bio")}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={1000}
            value={form.bio}
            error={problems.bio}
            onChange={(event) => set({ bio: event.currentTarget.value })}
          />
          <Select
            label={t("layout.language")}
            allowDeselect={false}
            data={[
              { value: "pt-br", label: "Português (Brasil)" },
              { value: "en", label: "English" },
            ]}
            value={form.language}
            error={problems.language}
            onChange={(language) => set({ language: language === "en" ? "en" : "pt-br" })}
          />
          <Select
            label={t("profile.timezone")}
            description={t("profile.timezoneHint")}
            searchable
            allowDeselect={false}
            nothingFoundMessage={t("settings.none")}
            data={[
              { value: SAME, label: t("profile.sameZone", { zone: me.organization.timezone }) },
              ...zones.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") })),
            ]}
            value={form.timezone === "" ? SAME : form.timezone}
            error={problems.timezone}
            onChange={(zone) => set({ timezone: zone === null || zone === SAME ? "" : zone })}
          />
        </>
      )}
    </SectionForm>
  );
}

export function ProfilePage() {
  return (
    <SettingsPage section="profile">
      <AvatarSection />
      <PersonForm />
      <EmailSection />
    </SettingsPage>
  );
}
