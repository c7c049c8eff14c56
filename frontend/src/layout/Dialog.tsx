import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

/** What has the focus; of a menu, which closes, the button that opened it. */
function focused(): Element | null {
  const menu = document.activeElement?.closest("[role='menu']");
  return menu == null ? document.activeElement : document.querySelector(`[aria-controls="${menu.id}"]`);
}

/**
 * Where somebody goes on who leaves a dialog: where they were before; if that is gone, with a row that was removed,
 * at the same button of the next row ("Remove: Sales" and "Remove: Support" do the same) or of the one before.
 */
function waysBack(): HTMLElement[] {
  const before = focused();
  if (!(before instanceof HTMLElement)) return [];
  const [does, what] = (before.getAttribute("aria-label") ?? "").split(": ");
  if (does === undefined || what === undefined) return [before];
  const alike = [...document.querySelectorAll<HTMLElement>("button[aria-label]")].filter((each) =>
    each.getAttribute("aria-label")?.startsWith(`${does}: `),
  );
  const here = alike.indexOf(before);
  return [before, ...alike.slice(here + 1), ...alike.slice(0, Math.max(here, 0)).reverse()];
}

/** To the first of them that is still there, and to the page's heading where none is. */
function goBack(ways: readonly HTMLElement[]): void {
  const { activeElement } = document;
  if (activeElement !== null && activeElement !== document.body) return;
  const heading = document.querySelector<HTMLElement>("h1");
  const way = ways.find((each) => each.isConnected) ?? heading;
  if (way === heading) heading?.setAttribute("tabindex", "-1");
  way?.focus();
}

/** A dialog whose closing button says what it does. Whoever leaves it goes on where they were. */
export function Dialog({ opened, ...props }: ModalProps) {
  const { t } = useTranslation();
  const [wasOpened, setWasOpened] = useState(false);
  const [ways, setWays] = useState<HTMLElement[]>([]);
  if (opened !== wasOpened) {
    setWasOpened(opened);
    if (opened) setWays(waysBack());
  }
  useEffect(() => {
    if (!opened) return;
    // The modal itself brings the focus back, but not to what is gone, nor where it is taken off the page at once.
    return () => void setTimeout(() => goBack(ways));
  }, [opened, ways]);
  return (
    <Modal
      opened={opened}
      closeButtonProps={{ "aria-label": t("common.close") }}
      onExitTransitionEnd={() => setTimeout(() => goBack(ways))}
      {...props}
    />
  );
}
