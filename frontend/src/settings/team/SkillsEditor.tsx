import { ActionIcon, Autocomplete, Button, Fieldset, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Skill } from "@/api/users";
import { useSkillNames } from "./useTeam";

const LEVELS = [1, 2, 3, 4, 5] as const;
const MIDDLE = 3;

interface Props {
  value: Skill[];
  error?: string | undefined;
  onChange: (skills: Skill[]) => void;
}

/** What somebody can, and how well. */
export function SkillsEditor({ value, error, onChange }: Props) {
  const { t } = useTranslation();
  const names = useSkillNames();
  const list = useRef<HTMLDivElement>(null);
  const shown = useRef(value.length);
  useEffect(() => {
    // Whoever adds a skill goes on by writing its name.
    const added = value.length > shown.current;
    shown.current = value.length;
    if (added) list.current?.querySelector<HTMLInputElement>("[data-skill]:last-child input")?.focus();
  }, [value.length]);
  const change = (index: number, changes: Partial<Skill>) =>
    onChange(value.map((each, at) => (at === index ? { ...each, ...changes } : each)));
  return (
    <Fieldset legend={t("team.skills")} radius="md">
      <Stack gap="xs">
        {value.length === 0 && (
          <Text size="sm" c="var(--pt-muted)">
            {t("team.noSkills")}
          </Text>
        )}
        <Stack gap={6} ref={list}>
          {value.map(({ name, proficiency }, index) => (
            // Skills have no ids of their own here, and nothing is held in the rows.
            <Group key={index} data-skill gap="xs" wrap="nowrap">
              <Autocomplete
                flex={1}
                miw={0}
                aria-label={t("team.skillName")}
                placeholder={t("team.skillNew")}
                maxLength={100}
                data={names.filter((each) => each !== name)}
                value={name}
                onChange={(text) => change(index, { name: text })}
              />
              <NativeSelect
                w={{ base: 118, xs: 170 }}
                aria-label={t("team.level", { name: name || t("team.skillNew") })}
                data={LEVELS.map((each) => ({ value: String(each), label: t(`team.levels.${each}`) }))}
                value={String(proficiency)}
                onChange={(event) => change(index, { proficiency: Number(event.currentTarget.value) })}
              />
              <ActionIcon
                aria-label={t("team.removeSkill", { name: name || t("team.skillNew") })}
                onClick={() => onChange(value.filter((_, at) => at !== index))}
              >
                <IconX size={17} />
              </ActionIcon>
            </Group>
          ))}
        </Stack>
        {error !== undefined && (
          <Text size="xs" c="var(--pt-danger)" data-problem>
            {error}
          </Text>
        )}
        <Button
          variant="light"
          size="xs"
          leftSection={<IconPlus size={15} />}
          style={{ alignSelf: "flex-start" }}
          onClick={() => onChange([...value, { name: "", proficiency: MIDDLE }])}
        >
          {t("team.addSkill")}
        </Button>
      </Stack>
    </Fieldset>
  );
}
