import { Alert, Autocomplete, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { startConversation, type NewConversation } from "@/api/conversations";
import { keys } from "@/api/keys";
import { ApiProblem } from "@/api/problem";
import { useProblemText } from "@/api/useProblemText";
import { newId } from "@/api/uuid";
import { queryClient } from "@/app/queryClient";
import { useContactSearch } from "@/contact/useContactSearch";
import { phoneText } from "@/i18n/phone";
import { Dialog } from "@/layout/Dialog";
import { focusComposer } from "../composer/composerStore";
import { useNumbers } from "../useColleagues";
import { putConversation } from "./cache";
import { useInboxAddress } from "./useInboxAddress";

function NewConversationForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { open } = useInboxAddress();
  const numbers = useNumbers();
  const [phone, setPhone] = useState("");
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const contacts = useContactSearch(phone);
  const numberId = chosen ?? numbers[0]?.id ?? null;

  const options = contacts.map((contact) => ({ value: contact.phone, contact }));
  const known = contacts.find((contact) => contact.phone === phone);

  // One key for one wish: pressing the button again starts nothing twice.
  const wish = JSON.stringify(
    known === undefined
      ? { phone: phone.trim(), name: name.trim(), number_id: numberId ?? "" }
      : { contact_id: known.id, number_id: numberId ?? "" },
  );
  const [sent, setSent] = useState({ wish: "", key: "" });

  const start = useMutation({
    mutationFn: () => {
      const key = sent.wish === wish ? sent.key : newId();
      setSent({ wish, key });
      return startConversation(JSON.parse(wish) as NewConversation, key);
    },
    onSuccess: (conversation) => {
      putConversation(conversation);
      void queryClient.invalidateQueries({ queryKey: keys.counts });
      focusComposer();
      open(conversation.id);
      onDone();
    },
  });
  const fields = start.error instanceof ApiProblem ? start.error.fields : {};

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate();
      }}
    >
      <Stack gap="md">
        {start.isError && Object.keys(fields).length === 0 && (
          <Alert color="red" role="alert">
            {problemText(start.error)}
          </Alert>
        )}
        <Autocomplete
          label={t("inbox.new.phone")}
          description={t("inbox.new.phoneHint")}
          placeholder="+55 11 98765-4321"
          inputMode="tel"
          required
          data-autofocus
          value={phone}
          onChange={setPhone}
          error={fields.phone}
          data={options.map(({ value }) => value)}
          filter={({ options: all }) => all}
          renderOption={({ option }) => {
            const contact = contacts.find((each) => each.phone === option.value);
            return (
              <div>
                <Text size="sm">{contact?.display_name}</Text>
                <Text size="xs" c="var(--pt-muted)">
                  {phoneText(option.value)}
                </Text>
              </div>
            );
          }}
        />
        {known === undefined ? (
          <TextInput
            label={t("inbox.new.name")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fields.name}
          />
        ) : (
          <Text size="sm">{t("inbox.new.known", { name: known.display_name })}</Text>
        )}
        {numbers.length > 1 && (
          <Select
            label={t("inbox.new.number")}
            allowDeselect={false}
            value={numberId}
            onChange={setChosen}
            data={numbers.map(({ id, verified_name, display_phone_number }) => ({
              value: id,
              label: `${verified_name} ${display_phone_number}`.trim(),
            }))}
          />
        )}
        {numbers.length === 0 && <Alert color="yellow">{t("inbox.new.noNumber")}</Alert>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={start.isPending} disabled={numberId === null}>
            {t("inbox.new.start")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** Starts a conversation with a number that may be new, or goes to the open one. */
export function NewConversationDialog({ opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("inbox.new.title")}>
      <NewConversationForm onDone={onClose} />
    </Dialog>
  );
}
