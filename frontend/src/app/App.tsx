import { Button, Center, Loader, MantineProvider, Stack, Text } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { resumeSession, useSession } from "@/auth/session";
import { queryClient } from "./queryClient";
import { router } from "./router";
import { theme, variables } from "./theme";

function Waiting() {
  const { t } = useTranslation();
  const phase = useSession((state) => state.phase);
  return (
    <Center h="100dvh">
      {phase === "unreachable" ? (
        <Stack align="center" role="alert">
          <Text>{t("common.problem.unreachable")}</Text>
          <Button onClick={() => void resumeSession()}>{t("common.tryAgain")}</Button>
        </Stack>
      ) : (
        <Loader aria-label={t("common.loading")} />
      )}
    </Center>
  );
}

/** Guests see the sign-in pages, everybody else the app; the routes' guards run again when that changes. */
function Entrance() {
  const phase = useSession((state) => state.phase);
  const enrolling = useSession((state) => state.enrolling);
  useEffect(() => {
    if (phase === "in" || phase === "out") void router.invalidate();
  }, [phase, enrolling]);
  if (phase === "starting" || phase === "unreachable") return <Waiting />;
  return <RouterProvider router={router} />;
}

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="top-center" />
        <Entrance />
      </QueryClientProvider>
    </MantineProvider>
  );
}
