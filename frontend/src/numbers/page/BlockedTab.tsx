import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { BlockedPerson } from "@/api/numberPage";
import { unblock } from "@/api/numberPage";
import { useProblemReport } from "@/api/useProblemText";
import { phoneText } from "@/i18n/phone";
import { Section } from "@/settings/Section";
import { Loaded } from "./Loaded";
import type { TabProps } from "./tab";
import { readAtMetaAgain, useBlocked } from "./useNumberPage";

function Person({ numberId, person }: { numberId: string; person: BlockedPerson }) {
  const { t } = useTranslation();
  const name = person.phone === "" ? person.user_id : phoneText(person.phone);
  const free = useMutation({
    mutationFn: () => unblock(numberId, person),
    onSuccess: () => readAtMetaAgain(numberId, "blocked"),
    onError: useProblemReport(),
  });
  return (
    <Group justify="space-between" wrap="nowrap" data-testid="blocked-person">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {name}
      </Text>
      <Button
        size="xs"
        variant="default"
        flex="none"
        aria-label={`${t("contact.unblock")}: ${name}`}
        loading={free.isPending}
        onClick={() => free.mutate()}
      >
        {t("contact.unblock")}
      </Button>
    </Group>
  );
}

/** Whom the number has blocked at WhatsApp. */
export function BlockedTab({ number }: TabProps) {
  const { t } = useTranslation();
  const blocked = useBlocked(number.id);
  return (
    <Section title={t("number.blocked.title")} about={t("number.blocked.about")}>
      <Loaded query={blocked}>
        {({ pages }) => {
          const people = pages.flatMap(({ results }) => results);
          if (people.length === 0)
            return (
              <Text size="sm" c="var(--pt-muted)">
                {t("number.blocked.none")}
              </Text>
            );
          return people.map((person) => (
            <Person key={person.phone || person.user_id} numberId={number.id} person={person} />
          ));
        }}
      </Loaded>
      {blocked.hasNextPage && (
        <Button
          variant="default"
          loading={blocked.isFetchingNextPage}
          onClick={() => void blocked.fetchNextPage()}
        >
          {t("number.more")}
        </Button>
      )}
    </Section>
  );
}
