import { FileInput, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { TemplateParameter } from "@/api/templates";
import { uploadMedia } from "@/api/upload";
import { useProblemText } from "@/api/useProblemText";
import { EMPTY, fileKind, keyOf, type FieldValue, type FileKind } from "./templateSend";

interface FieldProps {
  label: string;
  parameter: TemplateParameter;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
  onFile: (id: string, url: string) => void;
}

const ACCEPTS: Record<FileKind, string> = {
  image: "image/jpeg,image/png",
  video: "video/mp4,video/3gpp",
  document: "",
};

function FileField({ label, kind, value, onChange, onFile }: FieldProps & { kind: FileKind }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const upload = useMutation({
    mutationFn: (file: File) =>
      uploadMedia(file, kind, { onProgress: () => undefined, signal: new AbortController().signal }),
    onSuccess: (media, file) => {
      onFile(media.id, URL.createObjectURL(file));
      onChange({ ...value, file: { id: media.id, name: file.name } });
    },
  });
  return (
    <FileInput
      label={label}
      description={upload.isPending ? t("composer.uploading") : undefined}
      placeholder={t("composer.more.template.file")}
      accept={ACCEPTS[kind]}
      required
      disabled={upload.isPending}
      error={upload.isError ? problemText(upload.error) : undefined}
      onChange={(file) => {
        if (file !== null) upload.mutate(file);
      }}
    />
  );
}

function PlaceField({ label, value, onChange }: FieldProps) {
  const { t } = useTranslation();
  const field = (name: "latitude" | "longitude" | "text") => ({
    value: value[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      onChange({ ...value, [name]: event.currentTarget.value }),
  });
  return (
    <Group grow align="flex-start" role="group" aria-label={label}>
      <TextInput
        label={t("composer.more.location.latitude")}
        inputMode="decimal"
        required
        {...field("latitude")}
      />
      <TextInput
        label={t("composer.more.location.longitude")}
        inputMode="decimal"
        required
        {...field("longitude")}
      />
      <TextInput label={t("composer.more.location.name")} {...field("text")} />
    </Group>
  );
}

function Field(props: FieldProps) {
  const { label, parameter, value, onChange } = props;
  const kind = fileKind(parameter);
  if (kind !== null) return <FileField {...props} kind={kind} />;
  if (parameter.type === "location") return <PlaceField {...props} />;
  return (
    <TextInput
      label={label}
      type={parameter.type === "limited_time_offer" ? "datetime-local" : "text"}
      placeholder={parameter.example}
      required
      value={value.text}
      onChange={(event) => onChange({ ...value, text: event.currentTarget.value })}
    />
  );
}

const PLACES = ["header", "body", "button", "limited_time_offer"] as const;

function useLabel(): (parameter: TemplateParameter) => string {
  const { t } = useTranslation();
  return ({ component, name, label, card }) => {
    const place = PLACES.find((each) => each === component) ?? "body";
    const what = t(`composer.more.template.place.${place}`);
    const named = [what, label || name].filter(Boolean).join(": ");
    return card === null ? named : t("composer.more.template.ofCard", { number: card + 1, what: named });
  };
}

interface Props {
  parameters: TemplateParameter[];
  values: Record<string, FieldValue>;
  onChange: (key: string, value: FieldValue) => void;
  onFile: (id: string, url: string) => void;
}

/** One field for each value that the template asks for. */
export function TemplateFields({ parameters, values, onChange, onFile }: Props) {
  const label = useLabel();
  return (
    <Stack gap="sm">
      {parameters.map((parameter) => {
        const key = keyOf(parameter);
        return (
          <Field
            key={key}
            label={label(parameter)}
            parameter={parameter}
            value={values[key] ?? EMPTY}
            onChange={(value) => onChange(key, value)}
            onFile={onFile}
          />
        );
      })}
    </Stack>
  );
}
