import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { cursorOf } from "@/api/http";
import { keys } from "@/api/keys";
import * as api from "@/api/templates";
import type { Template, TemplateQuery } from "@/api/templates";
import type { WhatsAppNumber } from "@/api/types";
import { useProblemReport } from "@/api/useProblemText";
import { queryClient } from "@/app/queryClient";
import { useNumbers } from "@/inbox/useColleagues";
import { say } from "@/numbers/useNumberChanges";

const PAGE = 30;

export const readTemplatesAgain = () => queryClient.invalidateQueries({ queryKey: keys.templates });

export function useTemplateList(query: TemplateQuery) {
  const list = useInfiniteQuery({
    queryKey: keys.templateList(query),
    queryFn: ({ pageParam, signal }) =>
      api.readTemplates({ ...query, page_size: PAGE, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
    placeholderData: keepPreviousData,
  });
  const templates = useMemo(() => list.data?.pages.flatMap(({ results }) => results) ?? [], [list.data]);
  return { ...list, templates };
}

export function useTemplate(id: string) {
  return useQuery({
    queryKey: keys.template(id),
    queryFn: ({ signal }) => api.readTemplate(id, signal),
  });
}

/** Gateways have no templates: these numbers do. */
export function useTemplateNumbers(): WhatsAppNumber[] {
  return useNumbers().filter(({ provider, waba_id }) => provider === "cloud" && waba_id !== "");
}

/** A number through which Meta can be asked about the template; one that works, if there is one. */
export function useNumberOf(template: Template | undefined): WhatsAppNumber | undefined {
  const ofAccount = useTemplateNumbers().filter(({ waba_id }) => waba_id === template?.waba_id);
  return ofAccount.find(({ status, is_active }) => is_active && status === "connected") ?? ofAccount[0];
}

/** What can be done to a template that is there. */
export function useTemplateChanges(template: Template, numberId: string) {
  const { t } = useTranslation();
  const onError = useProblemReport();
  const place = { numberId, templateId: template.id };
  const onSettled = () => void readTemplatesAgain();
  const enable = useMutation({
    mutationFn: (is_enabled: boolean) => api.changeTemplate(place, { is_enabled }),
    onSettled,
    onError,
  });
  const submit = useMutation({
    mutationFn: () => api.submitTemplate(place),
    onSuccess: ({ status }) => {
      if (status !== "DRAFT") say(t("templates.submitted"));
    },
    onSettled,
    onError,
  });
  const unpause = useMutation({
    mutationFn: () => api.unpauseTemplate(place),
    onSuccess: () => say(t("templates.unpaused")),
    onSettled,
    onError,
  });
  return { enable, submit, unpause };
}

/** Takes over what Meta lists, of each account once. */
export function useSync() {
  const { t } = useTranslation();
  const onError = useProblemReport();
  return useMutation({
    mutationFn: async (numbers: WhatsAppNumber[]) => {
      const accounts = new Map(numbers.map(({ waba_id, id }) => [waba_id, id]));
      let [created, updated, deleted] = [0, 0, 0];
      for (const id of accounts.values()) {
        const done = await api.syncTemplates(id);
        created += done.created;
        updated += done.updated;
        deleted += done.deleted;
      }
      return { created, updated, deleted };
    },
    onSuccess: (counts) => say(t("templates.synced", counts)),
    onSettled: () => void readTemplatesAgain(),
    onError,
  });
}
