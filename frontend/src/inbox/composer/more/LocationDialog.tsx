import { Button, Group, TextInput } from "@mantine/core";
import { IconCurrentLocation } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SendDialog, type DialogProps } from "./SendDialog";

const EMPTY = { latitude: "", longitude: "", name: "", address: "" };

/** "-23.5", and "-23,5" as it is written in Portuguese. */
const degrees = (value: string) => Number(value.replace(",", "."));
const within = (value: string, end: number) => value.trim() !== "" && Math.abs(degrees(value)) <= end;
const outside = (value: string, end: number) => value.trim() !== "" && value !== "-" && !within(value, end);

/** A place on the map: where we are now, or anywhere else. */
export function LocationDialog(dialog: DialogProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState(EMPTY);
  const [refused, setRefused] = useState(false);
  const field = (name: keyof typeof EMPTY) => ({
    label: t(`composer.more.location.${name}`),
    value: form[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget;
      setForm((before) => ({ ...before, [name]: value }));
    },
  });
  const here = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setRefused(false);
        setForm((before) => ({
          ...before,
          latitude: coords.latitude.toFixed(6),
          longitude: coords.longitude.toFixed(6),
        }));
      },
      () => setRefused(true),
    );
  return (
    <SendDialog
      {...dialog}
      title={t("composer.more.kinds.location")}
      ready={within(form.latitude, 90) && within(form.longitude, 180)}
      message={() => ({
        type: "location",
        location: {
          latitude: degrees(form.latitude),
          longitude: degrees(form.longitude),
          ...(form.name.trim() === "" ? {} : { name: form.name.trim() }),
          ...(form.address.trim() === "" ? {} : { address: form.address.trim() }),
        },
      })}
    >
      {(problems) => (
        <>
          <Button
            variant="default"
            leftSection={<IconCurrentLocation size={16} />}
            onClick={here}
            style={{ alignSelf: "flex-start" }}
          >
            {t("composer.more.location.here")}
          </Button>
          {refused && <span role="alert">{t("composer.more.location.refused")}</span>}
          <Group grow align="flex-start">
            <TextInput
              {...field("latitude")}
              inputMode="decimal"
              placeholder="-23.561414"
              error={
                outside(form.latitude, 90)
                  ? t("composer.more.location.notLatitude")
                  : problems["location.latitude"]
              }
              required
              data-autofocus
            />
            <TextInput
              {...field("longitude")}
              inputMode="decimal"
              placeholder="-46.655881"
              error={
                outside(form.longitude, 180)
                  ? t("composer.more.location.notLongitude")
                  : problems["location.longitude"]
              }
              required
            />
          </Group>
          <TextInput {...field("name")} maxLength={1000} error={problems["location.name"]} />
          <TextInput {...field("address")} maxLength={1000} error={problems["location.address"]} />
        </>
      )}
    </SendDialog>
  );
}
