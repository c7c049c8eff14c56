import { Button, Loader } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./thread.module.css";

interface Props {
  side: "older" | "newer";
  state: "idle" | "loading" | "failed";
  onReach: () => void;
}

/** Loads more when one end of the loaded stretch comes near; after a failure only when asked. */
export function Edge({ side, state, onReach }: Props) {
  const { t } = useTranslation();
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (mark.current === null || state !== "idle") return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) onReach();
      },
      { root: mark.current.closest("[role='log']"), rootMargin: "600px 0px" },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [state, onReach]);
  return (
    <div ref={mark} className={classes.edge}>
      {state === "loading" && <Loader size="xs" aria-label={t(`thread.loading.${side}`)} />}
      {state === "failed" && (
        <Button size="compact-xs" variant="default" onClick={onReach}>
          {t("common.tryAgain")}
        </Button>
      )}
    </div>
  );
}
