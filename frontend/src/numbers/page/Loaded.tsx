import { Alert, Button, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/api/useProblemText";

interface Props<T> {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  children: (data: T) => React.ReactNode;
}

/** What stands on an answer: until there is one, that it is awaited, or why there is none. */
export function Loaded<T>({ query, children }: Props<T>) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return <Loader aria-label={t("common.loading")} />;
  return (
    <Alert color="red" role="alert">
      {problemText(query.error)}
      <Button size="xs" variant="default" mt="sm" display="block" onClick={() => void query.refetch()}>
        {t("common.tryAgain")}
      </Button>
    </Alert>
  );
}
