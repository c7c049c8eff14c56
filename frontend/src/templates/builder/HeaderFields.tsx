import { FileInput, Select, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { uploadMedia } from "@/api/upload";
import { useProblemText } from "@/api/useProblemText";
import { text, type Fields } from "@/inbox/thread/body/content";
import { FILE_FORMATS, type Format, type Header, type HeaderFormat } from "./draft";
import type { Checks } from "./useCheck";
import { VariableText } from "./VariableText";

const UPLOADS = {
  IMAGE: { type: "image", accept: "image/jpeg,image/png" },
  VIDEO: { type: "video", accept: "video/mp4,video/3gpp" },
  GIF: { type: "video", accept: "video/mp4" },
  DOCUMENT: { type: "document", accept: "application/pdf" },
} as const;

interface SampleProps {
  format: (typeof FILE_FORMATS)[number];
  example: Fields;
  problem: string | undefined;
  onChange: (example: Fields) => void;
}

/** The file that Meta's reviewers see; each send brings its own. */
function SampleFile({ format, example, problem, onChange }: SampleProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { type, accept } = UPLOADS[format];
  const upload = useMutation({
    mutationFn: (file: File) =>
      uploadMedia(file, type, { onProgress: () => undefined, signal: new AbortController().signal }),
    onSuccess: ({ id }) => onChange({ media_id: id }),
  });
  const there = text(example.media_id) !== "" || example.header_handle !== undefined;
  const state = upload.isPending
    ? t("composer.uploading")
    : there
      ? t("templates.builder.sampleThere")
      : undefined;
  return (
    <FileInput
      label={t("templates.builder.sampleFile")}
      description={state ?? t("templates.builder.sampleFileDetail")}
      placeholder={t("composer.more.template.file")}
      accept={accept}
      disabled={upload.isPending}
      error={upload.isError ? problemText(upload.error) : problem}
      onChange={(file) => {
        if (file !== null) upload.mutate(file);
      }}
    />
  );
}

interface Props {
  header: Header;
  formats: readonly (HeaderFormat | "NONE")[];
  format: Format;
  place: string;
  checks: Checks;
  onChange: (header: Header) => void;
}

export function HeaderFields({ header, formats, format, place, checks, onChange }: Props) {
  const { t } = useTranslation();
  const file = FILE_FORMATS.find((each) => each === header.format);
  const offered = formats.includes(header.format) ? formats : [...formats, header.format];
  return (
    <Stack gap="sm">
      <Select
        label={t("templates.builder.header")}
        allowDeselect={false}
        data={offered.map((value) => ({ value, label: t(`templates.headers.${value}`) }))}
        value={header.format}
        error={checks.at(`${place}.format`)}
        onChange={(value) => onChange({ ...header, format: value ?? "NONE", example: {} })}
      />
      {header.format === "TEXT" && (
        <VariableText
          oneLine
          label={t("templates.builder.headerText")}
          words={header}
          format={format}
          limit={60}
          place={place}
          checks={checks}
          onChange={(words) => onChange({ ...header, ...words })}
        />
      )}
      {file !== undefined && (
        <SampleFile
          key={file}
          format={file}
          example={header.example}
          problem={checks.at(`${place}.example`) ?? checks.at(`${place}.example.media_id`)}
          onChange={(example) => onChange({ ...header, example })}
        />
      )}
    </Stack>
  );
}
