import { useTranslation } from "react-i18next";
import { useShortcut } from "@/shortcuts/useShortcut";
import classes from "./conversations.module.css";
import { VIEWS, type View } from "./filters";
import { useCounts } from "./useConversationList";
import { useInboxAddress } from "./useInboxAddress";

/** Whose conversations are listed, with how many are open in each. */
export function ViewTabs() {
  const { t } = useTranslation();
  const { filters, filter } = useInboxAddress();
  const counts = useCounts();
  const chosen = filters.view ?? "all";
  const choose = (view: View) => filter({ view: view === "all" ? undefined : view });
  useShortcut("viewAll", () => choose("all"));
  useShortcut("viewMine", () => choose("mine"));
  useShortcut("viewUnassigned", () => choose("unassigned"));
  return (
    <div className={classes.tabs} role="tablist" aria-label={t("inbox.view")}>
      {VIEWS.map((view) => (
        <button
          key={view}
          type="button"
          role="tab"
          aria-selected={view === chosen}
          className={classes.tab}
          onClick={() => choose(view)}
          data-testid={`view-${view}`}
        >
          {t(`inbox.views.${view}`)}
          <span className={classes.count}>{counts === undefined ? "" : counts[view]}</span>
        </button>
      ))}
    </div>
  );
}
