import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

/** What has the focus; of a menu, which closes, the button that opened it. */
function focused(): Element | null {
  const menu = document.activeElement?.closest("[role='menu']");
  return menu == null ? document.activeElement : document.querySelector(`[aria-controls="${menu.id}"]`);
}

/** A dialog whose closing button says what it does. Whoever leaves it is where they were before. */
export function Dialog(props: ModalProps) {
  const { t } = useTranslation();
  const [before] = useState(focused);
  useEffect(
    () => () => {
      // The modal itself brings the focus back where it closes, but not where it is taken off the page at once.
      setTimeout(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
      });
    },
    [before],
  );
  return <Modal closeButtonProps={{ "aria-label": t("common.close") }} {...props} />;
}
