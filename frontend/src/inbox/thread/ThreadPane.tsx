import { Button, Center, Loader, Stack, Text } from "@mantine/core";
import { IconMessageOff } from "@tabler/icons-react";
import { Navigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/api/problem";
import { useProblemText } from "@/api/useProblemText";
import { watchConversation } from "@/realtime/useRealtime";
import { useWhereItWent } from "../conversations/joined";
import { useConversation } from "../conversations/useConversation";
import { OpenThread } from "./OpenThread";
import classes from "./thread.module.css";
import { useMarkRead } from "./useMarkRead";

/** The open conversation: found in the lists at once, read from the server where they don't have it. */
export function ThreadPane({ conversationId }: { conversationId: string }) {
  const into = useWhereItWent(conversationId);
  if (into === null) return <Pane conversationId={conversationId} />;
  return (
    <Navigate
      to="/inbox/$conversationId"
      params={{ conversationId: into }}
      search={(before) => before}
      replace
    />
  );
}

function Pane({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { data, error, refetch } = useConversation(conversationId);
  useMarkRead(data);
  useEffect(() => {
    watchConversation(conversationId);
    return () => watchConversation(null);
  }, [conversationId]);

  // What somebody may see no more isn't left standing, though it was read before.
  const missing = error instanceof ApiProblem && error.status === 404;
  if (data !== undefined && !missing) return <OpenThread key={conversationId} conversation={data} />;
  if (error === null) {
    return (
      <Center className={classes.pane}>
        <Loader size="sm" aria-label={t("common.loading")} />
      </Center>
    );
  }
  return (
    <Center className={classes.pane}>
      <Stack align="center" gap="sm" role="alert">
        <IconMessageOff size={36} aria-hidden="true" />
        <Text>{missing ? t("thread.missing") : problemText(error)}</Text>
        {!missing && (
          <Button variant="default" onClick={() => void refetch()}>
            {t("common.tryAgain")}
          </Button>
        )}
      </Stack>
    </Center>
  );
}
