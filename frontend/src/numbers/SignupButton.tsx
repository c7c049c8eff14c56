import { Alert, Button, Divider, Stack, Text, TextInput } from "@mantine/core";
import { IconBrandFacebook } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { readSignupOffer, signUp, type SignupOffer } from "@/api/numberPage";
import { ApiProblem } from "@/api/problem";
import { useProblemText } from "@/api/useProblemText";
import { queryClient } from "@/app/queryClient";
import { openSignup, prepare } from "./facebook";
import { say } from "./useNumberChanges";

const PIN = /^\d{6}$/;

function Offered({ offer, onConnected }: { offer: SignupOffer; onConnected: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [pin, setPin] = useState("");
  const sdk = useQuery({
    queryKey: [...keys.signupOffer, "sdk"],
    queryFn: async () => {
      await prepare(offer);
      return true;
    },
    retry: false,
  });
  const connect = useMutation({
    mutationFn: async () => {
      const signed = await openSignup(offer);
      if (signed === null) return null;
      return signUp(pin === "" ? signed : { ...signed, pin });
    },
    onSuccess: (number) => {
      if (number === null) return;
      void queryClient.invalidateQueries({ queryKey: keys.numbers });
      say(t("numbers.connected", { name: number.verified_name || number.display_phone_number }));
      onConnected();
    },
  });
  const refused =
    connect.error instanceof ApiProblem
      ? problemText(connect.error)
      : sdk.isError || connect.isError
        ? t("number.signup.blocked")
        : connect.data === null
          ? t("number.signup.left")
          : null;
  return (
    <Stack gap="sm">
      <Text size="sm">{t("number.signup.detail")}</Text>
      {refused !== null && (
        <Alert color="red" role="alert">
          {refused}
        </Alert>
      )}
      <TextInput
        label={t("number.signup.pin")}
        inputMode="numeric"
        autoComplete="off"
        maxLength={6}
        value={pin}
        onChange={(event) => setPin(event.currentTarget.value.replace(/\D/g, ""))}
      />
      <Button
        leftSection={<IconBrandFacebook size={18} />}
        disabled={!sdk.isSuccess || (pin !== "" && !PIN.test(pin))}
        loading={connect.isPending || sdk.isLoading}
        onClick={() => connect.mutate()}
      >
        {t("number.signup.button")}
      </Button>
      <Divider label={t("number.signup.or")} />
    </Stack>
  );
}

/** Connecting by Meta's own window, where this installation has an app for it. */
export function SignupButton({ onConnected }: { onConnected: () => void }) {
  const { data: offer } = useQuery({
    queryKey: keys.signupOffer,
    queryFn: ({ signal }) => readSignupOffer(signal),
    staleTime: Infinity,
  });
  return offer?.is_offered === true ? <Offered offer={offer} onConnected={onConnected} /> : null;
}
