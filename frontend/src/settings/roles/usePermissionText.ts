import type { TFunction } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** Of names that come from the server: those that we have no words for are told in the server's. */
type AnyKey = (key: string, options: { defaultValue: string }) => string;
const any = (t: TFunction) => t as unknown as AnyKey;

/** What a permission allows, in the language of the page. */
export function usePermissionText(): (permission: { name: string; description: string }) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ name, description }) => any(t)(`roles.permissions.${name}`, { defaultValue: description }),
    [t],
  );
}

/** The noun that permissions are about. */
export function useGroupText(): (group: string) => string {
  const { t } = useTranslation();
  return useCallback((group) => any(t)(`roles.groups.${group}`, { defaultValue: group }), [t]);
}
