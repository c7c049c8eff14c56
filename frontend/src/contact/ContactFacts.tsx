import { useTranslation } from "react-i18next";
import type { Contact } from "@/api/types";
import { dateAndTime } from "@/i18n/format";
import classes from "./contact.module.css";
import { useContactStats } from "./useContact";

function attributeText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Words of ours for what the product itself writes there; what people and other systems write stands as it is. */
const STAGES = ["lead", "prospect", "customer"] as const;
const SOURCES = ["whatsapp", "manual"] as const;

/** What the product counts and other systems wrote: not for editing here. */
export function ContactFacts({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const stats = useContactStats(contact.id);
  const stage = STAGES.find((each) => each === contact.lifecycle_stage);
  const source = SOURCES.find((each) => each === contact.source);
  const rows: [string, string][] = [
    [t("contact.facts.stage"), stage === undefined ? contact.lifecycle_stage : t(`contact.stages.${stage}`)],
    [t("contact.facts.source"), source === undefined ? contact.source : t(`contact.sources.${source}`)],
    [
      t("contact.facts.marketing"),
      contact.opted_in ? t("contact.facts.optedIn") : t("contact.facts.optedOut"),
    ],
    [
      t("contact.facts.marketingOnWhatsApp"),
      contact.marketing_stopped_at === null
        ? ""
        : t("contact.facts.stopped", { at: dateAndTime(contact.marketing_stopped_at) }),
    ],
    [
      t("contact.facts.reach"),
      contact.unreachable_at === null
        ? ""
        : t("contact.facts.unreachable", { at: dateAndTime(contact.unreachable_at) }),
    ],
    ...contact.identities
      .filter(({ kind }) => kind !== "phone")
      .map(({ kind, value }): [string, string] => [t(`contact.identities.${kind as "bsuid"}`), value]),
    [t("contact.facts.conversations"), stats === undefined ? "" : String(stats.total_conversations)],
    [t("contact.facts.messages"), stats === undefined ? "" : String(stats.total_messages)],
    [
      t("contact.facts.lastInteraction"),
      stats?.last_interaction == null ? "" : dateAndTime(stats.last_interaction),
    ],
    ...Object.entries(contact.attributes).map(([name, value]): [string, string] => [
      name,
      attributeText(value),
    ]),
  ];
  return (
    <dl className={classes.facts}>
      {rows
        .filter(([, value]) => value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
