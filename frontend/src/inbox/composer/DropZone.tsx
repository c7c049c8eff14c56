import { IconUpload } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./composer.module.css";
import { attachFiles } from "./composerStore";

interface Props {
  conversationId: string;
  enabled: boolean;
  className?: string | undefined;
  children: React.ReactNode;
}

const carriesFiles = (event: React.DragEvent) => event.dataTransfer.types.includes("Files");

/** Lets files be dropped anywhere on the thread. */
export function DropZone({ conversationId, enabled, className, children }: Props) {
  const { t } = useTranslation();
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const leave = () => {
    depth.current = 0;
    setOver(false);
  };
  return (
    <div
      className={className}
      onDragEnter={(event) => {
        if (!enabled || !carriesFiles(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) leave();
      }}
      onDragOver={(event) => {
        if (carriesFiles(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        leave();
        if (enabled) attachFiles(conversationId, event.dataTransfer.files);
      }}
    >
      {children}
      {over && (
        <div className={classes.drop} aria-hidden="true">
          <IconUpload size={36} />
          {t("composer.dropHere")}
        </div>
      )}
    </div>
  );
}
