import type { TFunction } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** Of names that are Meta's: those that we have no words for are told as Meta spells them. */
type AnyKey = (key: string, options: { defaultValue: string }) => string;
const any = (t: TFunction) => t as unknown as AnyKey;

type Group =
  | "can"
  | "category"
  | "entity"
  | "limit"
  | "nameStatus"
  | "quality"
  | "restriction"
  | "review"
  | "throughput"
  | "verification"
  | "vertical";

/** A word of Meta's in the language of the page. */
export function useMetaWord(): (group: Group, word: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (group, word) => any(t)(`number.words.${group}.${word.toUpperCase()}`, { defaultValue: word }),
    [t],
  );
}
