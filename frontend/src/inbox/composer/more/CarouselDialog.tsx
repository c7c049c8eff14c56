import { ActionIcon, Button, Fieldset, FileInput, Group, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { uploadMedia } from "@/api/upload";
import { useProblemText } from "@/api/useProblemText";
import { carouselMessage, HTTPS, isCardReady, LIMITS, NO_CARD, NO_WORDS, type Card } from "./interactive";
import { InteractiveDialog, useLimitText, WordFields } from "./InteractiveDialog";
import type { DialogProps } from "./SendDialog";

interface CardProps {
  number: number;
  card: Card;
  problems: Record<string, string>;
  onChange: (change: Partial<Card>) => void;
  onFile: (id: string, url: string) => void;
  onRemove: (() => void) | null;
}

function CardFields({ number, card, problems, onChange, onFile, onRemove }: CardProps) {
  const { t } = useTranslation();
  const limit = useLimitText();
  const problemText = useProblemText();
  const upload = useMutation({
    mutationFn: (file: File) =>
      uploadMedia(file, "image", { onProgress: () => undefined, signal: new AbortController().signal }),
    onSuccess: (media, file) => {
      onFile(media.id, URL.createObjectURL(file));
      onChange({ mediaId: media.id, name: file.name });
    },
  });
  const problem = (name: string) => problems[`interactive.cards.${number - 1}.${name}`];
  return (
    <Fieldset legend={t("composer.more.carousel.card", { number })}>
      <FileInput
        label={t("composer.more.carousel.picture")}
        description={upload.isPending ? t("composer.uploading") : undefined}
        placeholder={card.name || t("composer.more.template.file")}
        accept="image/jpeg,image/png"
        required
        disabled={upload.isPending}
        error={upload.isError ? problemText(upload.error) : problem("header")}
        onChange={(file) => {
          if (file !== null) upload.mutate(file);
        }}
      />
      <Textarea
        label={t("composer.more.carousel.body")}
        description={limit(card.body, LIMITS.cardBody)}
        value={card.body}
        maxLength={LIMITS.cardBody}
        autosize
        maxRows={3}
        error={problem("body")}
        onChange={(event) => onChange({ body: event.currentTarget.value })}
      />
      <TextInput
        label={t("composer.more.link.label")}
        description={limit(card.label, LIMITS.label)}
        value={card.label}
        maxLength={LIMITS.label}
        required
        error={problem("display_text")}
        onChange={(event) => onChange({ label: event.currentTarget.value })}
      />
      <Group align="flex-end" wrap="nowrap">
        <TextInput
          flex={1}
          label={t("composer.more.link.url")}
          type="url"
          inputMode="url"
          placeholder={HTTPS}
          value={card.url}
          maxLength={LIMITS.url}
          required
          error={problem("url")}
          onChange={(event) => onChange({ url: event.currentTarget.value })}
        />
        {onRemove !== null && (
          <ActionIcon
            size="lg"
            aria-label={t("composer.more.carousel.remove", { number })}
            onClick={onRemove}
          >
            <IconTrash size={17} />
          </ActionIcon>
        )}
      </Group>
    </Fieldset>
  );
}

/** Cards with a picture and a button, swept sideways. */
export function CarouselDialog(dialog: DialogProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState(NO_WORDS);
  const [cards, setCards] = useState<(Card & { key: number })[]>([
    { ...NO_CARD, key: 0 },
    { ...NO_CARD, key: 1 },
  ]);
  const [files, setFiles] = useState<Record<string, string>>({});
  const made = useRef(2);
  const { least, most } = LIMITS.cards;
  return (
    <InteractiveDialog
      {...dialog}
      title={t("composer.more.kinds.carousel")}
      ready={words.body.trim() !== "" && cards.every(isCardReady)}
      message={carouselMessage(words.body, cards)}
      find={({ mediaId }) => ({ url: files[mediaId ?? ""] ?? null })}
    >
      {(problems) => (
        <>
          <WordFields words={words} onChange={setWords} problems={problems} headed={false} footed={false} />
          {cards.map((card, at) => (
            <CardFields
              key={card.key}
              number={at + 1}
              card={card}
              problems={problems}
              onChange={(change) =>
                setCards((before) =>
                  before.map((each) => (each.key === card.key ? { ...each, ...change } : each)),
                )
              }
              onFile={(id, url) => setFiles((before) => ({ ...before, [id]: url }))}
              onRemove={
                cards.length > least ? () => setCards(cards.filter(({ key }) => key !== card.key)) : null
              }
            />
          ))}
          {cards.length < most && (
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconPlus size={15} />}
              onClick={() => setCards([...cards, { ...NO_CARD, key: made.current++ }])}
              style={{ alignSelf: "flex-start" }}
            >
              {t("composer.more.carousel.add", { used: cards.length, most })}
            </Button>
          )}
        </>
      )}
    </InteractiveDialog>
  );
}
