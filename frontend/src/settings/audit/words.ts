import { useTranslation } from "react-i18next";
import type { AuditEntry } from "@/api/audit";
import portuguese from "@/i18n/pt-BR/audit.json";

/** Of names that come from the server: those that we have no words for are told in the server's. */
type AnyKey = (key: string, options: { defaultValue: string }) => string;

/** Everything that the log may tell of, as far as this page knows: what there is to filter by. */
export const ACTIONS = Object.entries(portuguese.actions).map(([noun, verbs]) => ({
  noun,
  actions: Object.keys(verbs).map((verb) => `${noun}.${verb}`),
}));
export const TARGETS = Object.keys(portuguese.targets);

export function useAuditWords() {
  const { t } = useTranslation();
  const any = t as unknown as AnyKey;
  return {
    action: (name: string) => any(`audit.actions.${name}`, { defaultValue: name }),
    noun: (name: string) => any(`audit.nouns.${name}`, { defaultValue: name }),
    target: (name: string) => any(`audit.targets.${name}`, { defaultValue: name }),
    actor: ({ actor_kind, actor_name, erased }: AuditEntry) =>
      actor_name ||
      (erased.includes("actor")
        ? t("audit.erased")
        : any(`audit.actors.${actor_kind}`, { defaultValue: actor_kind })),
  };
}
