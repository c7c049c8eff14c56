import { Alert, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconStethoscope } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NumberHealth } from "@/api/numberPage";
import * as api from "@/api/numberPage";
import { useProblemReport } from "@/api/useProblemText";
import { dateAndTime } from "@/i18n/format";
import { Section } from "@/settings/Section";
import { say, useNumberChanges } from "../useNumberChanges";
import { Facts, type Fact } from "./Facts";
import { Loaded } from "./Loaded";
import type { TabProps } from "./tab";
import { readNumberAgain, useHealth, useRate } from "./useNumberPage";
import { useMetaWord } from "./words";

const CAN: Record<string, string | undefined> = { AVAILABLE: "teal", LIMITED: "yellow", BLOCKED: "red" };
const SOON = 14 * 86_400_000;

function Can({ send }: { send: string }) {
  const word = useMetaWord();
  return (
    <Badge variant="light" color={CAN[send] ?? "gray"} flex="none">
      {word("can", send)}
    </Badge>
  );
}

function TokenAlert({ token }: { token: NumberHealth["token"] }) {
  const { t } = useTranslation();
  const [now] = useState(() => Date.now());
  if (token.is_valid === false)
    return (
      <Alert color="red" title={t("number.health.tokenInvalid")}>
        {token.reason}
      </Alert>
    );
  if (token.missing_scopes.length > 0)
    return (
      <Alert color="yellow" title={t("number.health.missingScopes")}>
        {token.missing_scopes.join(", ")}
      </Alert>
    );
  if (token.expires_at !== null && Date.parse(token.expires_at) - now < SOON)
    return (
      <Alert color="yellow">{t("number.health.tokenEnds", { at: dateAndTime(token.expires_at) })}</Alert>
    );
  return null;
}

function Standing({ health }: { health: NumberHealth }) {
  const { t } = useTranslation();
  const word = useMetaWord();
  const { token, webhook } = health;
  const validity = token.is_valid === null ? "unknown" : token.is_valid ? "valid" : "invalid";
  const rows: Fact[] = [
    [t("number.health.quality"), word("quality", health.quality_rating)],
    [t("number.health.limit"), word("limit", health.messaging_limit)],
    [t("number.health.throughput"), word("throughput", health.throughput)],
    [t("number.health.name"), word("nameStatus", health.name_status)],
    [t("number.health.verification"), word("verification", health.verification_status)],
    [t("number.health.token"), t(`number.health.tokenIs.${validity}`)],
    [
      t("number.health.tokenExpires"),
      token.expires_at === null ? t("number.health.never") : dateAndTime(token.expires_at),
    ],
    [t("number.health.scopes"), token.scopes.join(", ")],
    [
      t("number.health.webhookSeen"),
      webhook.seen_at === null ? t("number.health.notYet") : dateAndTime(webhook.seen_at),
    ],
    [
      t("number.health.subscribed"),
      webhook.is_subscribed === null ? null : t(webhook.is_subscribed ? "number.yes" : "number.no"),
    ],
    [t("number.health.checked"), health.checked_at === null ? null : dateAndTime(health.checked_at)],
  ];
  return <Facts rows={rows} />;
}

/** Said only where Meta sends nothing here, with the way to mend it. */
function NotSubscribed({ number, mayManage }: TabProps) {
  const { t } = useTranslation();
  const again = useMutation({
    mutationFn: () => api.subscribeNumber(number.id),
    onSuccess: () => {
      say(t("number.health.subscribedNow"));
      return readNumberAgain();
    },
    onError: useProblemReport(),
  });
  return (
    <Alert color="red" title={t("number.health.notSubscribed")}>
      {mayManage && (
        <Button size="xs" variant="default" loading={again.isPending} onClick={() => again.mutate()}>
          {t("number.health.subscribe")}
        </Button>
      )}
    </Alert>
  );
}

function Restrictions({ restrictions }: Pick<NumberHealth, "restrictions">) {
  const { t } = useTranslation();
  const word = useMetaWord();
  return restrictions.map(({ type, until, remediation }) => (
    <Alert key={type} color="red" title={word("restriction", type)}>
      <Text size="sm">
        {until === null
          ? t("number.health.untilLifted")
          : t("number.health.until", { at: dateAndTime(until) })}
      </Text>
      {remediation !== "" && <Text size="sm">{remediation}</Text>}
    </Alert>
  ));
}

/** What Meta finds in the way of sending, from the number up to the business, each with what Meta advises. */
function Entities({ health }: { health: NumberHealth }) {
  const { t } = useTranslation();
  const word = useMetaWord();
  if (health.entities.length === 0) return null;
  return (
    <Section
      title={t("number.health.meta")}
      about={t("number.health.metaAbout")}
      action={health.can_send_message !== "" && <Can send={health.can_send_message} />}
    >
      {health.entities.map(({ type, id, can_send_message, errors, notes }) => (
        <div key={`${type} ${id}`} data-testid="health-entity">
          <Group justify="space-between" wrap="nowrap">
            <div style={{ minWidth: 0 }}>
              <Text size="sm" fw={600}>
                {word("entity", type)}
              </Text>
              <Text size="xs" c="var(--pt-muted)" truncate>
                {id}
              </Text>
            </div>
            <Can send={can_send_message} />
          </Group>
          {errors.map(({ code, description, solution }) => (
            <Text key={code} size="sm" mt={4}>
              {description} ({code}){solution !== "" && <b> {solution}</b>}
            </Text>
          ))}
          {notes.map((note) => (
            <Text key={note} size="sm" mt={4}>
              {note}
            </Text>
          ))}
        </div>
      ))}
    </Section>
  );
}

function Account({ account }: Pick<NumberHealth, "account">) {
  const { t } = useTranslation();
  const word = useMetaWord();
  if (account === null) return null;
  const rows: Fact[] = [
    [t("number.account.name"), account.name],
    [t("number.account.review"), word("review", account.review_status)],
    [t("number.account.verification"), word("verification", account.verification_status)],
    [t("number.account.currency"), account.currency],
    [t("number.account.country"), account.country],
    [
      t("number.account.payment"),
      account.has_payment_method === null ? null : t(account.has_payment_method ? "number.yes" : "number.no"),
    ],
  ];
  return (
    <Section title={t("number.account.title")}>
      <Facts rows={rows} />
    </Section>
  );
}

function Delivery({ delivery }: Pick<NumberHealth, "delivery">) {
  const { t, i18n } = useTranslation();
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: 1 });
  const number = new Intl.NumberFormat(i18n.language);
  const { template_recipients: people, template_recipients_limit: most } = delivery;
  const rows: Fact[] = [
    [t("number.delivery.messages"), number.format(delivery.messages)],
    [
      t("number.delivery.failed"),
      `${number.format(delivery.failed)} (${percent.format(delivery.failure_rate)})`,
    ],
    [t("number.delivery.uncertain"), delivery.uncertain === 0 ? null : number.format(delivery.uncertain)],
    [
      t("number.delivery.people"),
      most === null
        ? number.format(people)
        : t("number.of", { used: number.format(people), limit: number.format(most) }),
    ],
    ...delivery.failures.map(({ code, title, messages }): Fact => [
      code === null ? title : `${title} (${code})`,
      number.format(messages),
    ]),
  ];
  return (
    <Section title={t("number.delivery.title")} about={t("number.delivery.about")}>
      <Facts rows={rows} />
    </Section>
  );
}

/** How much of the number's rate is taken just now. */
function Rate({ number, mayManage }: TabProps) {
  const { t, i18n } = useTranslation();
  const rate = useRate(number.id);
  const decimals = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const reset = useMutation({
    mutationFn: () => api.resetRate(number.id),
    onSuccess: () => {
      void rate.refetch();
      say(t("number.rate.wasReset"));
    },
    onError: useProblemReport(),
  });
  return (
    <Section
      title={t("number.rate.title")}
      about={t("number.rate.about")}
      action={
        mayManage && (
          <Button size="xs" variant="default" loading={reset.isPending} onClick={() => reset.mutate()}>
            {t("number.rate.reset")}
          </Button>
        )
      }
    >
      <Loaded query={rate}>
        {(data) => (
          <Facts
            rows={[
              [t("number.rate.limit"), t("number.rate.per", { count: data.limit, period: data.period })],
              [t("number.rate.used"), decimals.format(data.used)],
              [t("number.rate.now"), data.can_send_now ? t("number.yes") : data.reason || t("number.no")],
              [
                t("number.rate.wait"),
                data.wait === 0 ? null : t("number.rate.seconds", { wait: decimals.format(data.wait) }),
              ],
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}

function Health({ number, mayManage }: TabProps) {
  const { t } = useTranslation();
  const health = useHealth(number.id);
  const { test } = useNumberChanges(number.id);
  return (
    <>
      <Section
        title={t("number.health.title")}
        about={t("number.health.about")}
        action={
          mayManage && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconStethoscope size={16} />}
              loading={test.isPending}
              onClick={() => test.mutate(undefined, { onSuccess: () => void readNumberAgain() })}
            >
              {t("numbers.test")}
            </Button>
          )
        }
      >
        {number.status_detail !== "" && <Alert color="red">{number.status_detail}</Alert>}
        <Loaded query={health}>
          {(data) => (
            <>
              <TokenAlert token={data.token} />
              {data.webhook.is_subscribed === false && (
                <NotSubscribed number={number} mayManage={mayManage} />
              )}
              <Restrictions restrictions={data.restrictions} />
              <Standing health={data} />
            </>
          )}
        </Loaded>
      </Section>
      {health.data !== undefined && (
        <>
          <Delivery delivery={health.data.delivery} />
          <Entities health={health.data} />
          <Account account={health.data.account} />
        </>
      )}
    </>
  );
}

/** How the number stands with Meta, and how its messages fare. */
export function OverviewTab(props: TabProps) {
  return (
    <Stack>
      <Health {...props} />
      <Rate {...props} />
    </Stack>
  );
}
