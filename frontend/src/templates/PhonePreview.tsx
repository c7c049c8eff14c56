import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { readMedia } from "@/api/messages";
import { FormCard } from "@/inbox/thread/body/FormBody";
import type { Shown } from "@/inbox/thread/body/forms";
import classes from "./templates.module.css";

/** The files that stand in the headers, by their ids; an address is good for minutes only. */
function useFiles(shown: Shown): Map<string, string> {
  const ids = [shown, ...shown.cards].map(({ file }) => file?.mediaId ?? null);
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  const found = useQueries({
    queries: wanted.map((id) => ({
      queryKey: keys.media(id),
      queryFn: () => readMedia(id),
      staleTime: 120_000,
      retry: false,
    })),
  });
  const addresses = new Map<string, string>();
  found.forEach(({ data }, at) => {
    const [id, url] = [wanted[at], data?.url];
    if (id !== undefined && url != null) addresses.set(id, url);
  });
  return addresses;
}

/** A template in a bubble, as the customer's phone shows it. */
export function PhonePreview({ shown }: { shown: Shown }) {
  const { t } = useTranslation();
  const files = useFiles(shown);
  return (
    <div className={classes.phone} role="group" aria-label={t("templates.preview")}>
      <div className={classes.bubble} data-testid="template-preview">
        <FormCard shown={shown} find={({ mediaId }) => ({ url: files.get(mediaId ?? "") ?? null })} />
      </div>
    </div>
  );
}
