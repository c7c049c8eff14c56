import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { readConversationCost } from "@/api/numberPage";
import { CostTable } from "@/numbers/page/CostTable";

/** What the conversation's messages cost at Meta; nothing is said where none was delivered. */
export function ConversationCost({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: keys.conversationCost(conversationId),
    queryFn: ({ signal }) => readConversationCost(conversationId, signal),
  });
  if (data === undefined || data.by_category.length === 0) return null;
  return (
    <Stack gap={4} component="section" aria-label={t("number.costs.conversation")}>
      <Text size="xs" fw={600} c="var(--pt-muted)">
        {t("number.costs.conversation")}
      </Text>
      <CostTable costs={data.by_category} />
    </Stack>
  );
}
