import { ActionIcon, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SegmentRule } from '~/api/types';
import { textOf } from '~/app/language';
import classes from './Settings.module.css';

const SCORES = ['r', 'f', 'm', 'fm'] as const;
const VALUES = ['1', '2', '3', '4', '5'];

/** The range of a score; one that is not named takes all. */
function rangeOf(rule: SegmentRule, score: (typeof SCORES)[number]): number[] {
  return rule[score] ?? [1, 5];
}

interface RuleRowProps {
  rule: SegmentRule;
  first: boolean;
  last: boolean;
  disabled: boolean;
  onChange: (rule: SegmentRule) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

export function RuleRow({ rule, first, last, disabled, onChange, onMove, onRemove }: RuleRowProps) {
  const { t } = useTranslation();
  const name = textOf('customers.segments', rule.segment);
  const set = (score: (typeof SCORES)[number], end: 0 | 1, value: string) => {
    const range = [...rangeOf(rule, score)];
    range[end] = Number(value);
    onChange({ ...rule, [score]: range });
  };
  return (
    <Group gap="sm" wrap="nowrap" py={4} className={classes.rule}>
      <TextInput
        size="xs"
        w={name === rule.segment ? 170 : 270}
        rightSection={
          name !== rule.segment && (
            <Text size="xs" c="dimmed" truncate="end" ta="right" px={8} w="100%">
              {name}
            </Text>
          )
        }
        rightSectionWidth={name === rule.segment ? undefined : 140}
        aria-label={t('settings.segments.name')}
        value={rule.segment}
        disabled={disabled}
        title={name}
        onChange={(event) => onChange({ ...rule, segment: event.currentTarget.value })}
      />
      {SCORES.map((score) => (
        <span key={score} className={classes.range}>
          <Text span size="xs" c="dimmed" w={20}>
            {score.toUpperCase()}
          </Text>
          {([0, 1] as const).map((end) => (
            <NativeSelect
              key={end}
              size="xs"
              w={50}
              aria-label={t(end === 0 ? 'settings.segments.from' : 'settings.segments.to', {
                score: score.toUpperCase(),
                name,
              })}
              data={VALUES}
              value={String(rangeOf(rule, score)[end])}
              disabled={disabled}
              onChange={(event) => set(score, end, event.currentTarget.value)}
            />
          ))}
        </span>
      ))}
      {!disabled && (
        <Group gap={2} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={first}
            aria-label={t('settings.segments.up', { name })}
            onClick={() => onMove(-1)}
          >
            <IconArrowUp size={15} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={last}
            aria-label={t('settings.segments.down', { name })}
            onClick={() => onMove(1)}
          >
            <IconArrowDown size={15} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('settings.segments.remove', { name })}
            onClick={onRemove}
          >
            <IconX size={15} />
          </ActionIcon>
        </Group>
      )}
    </Group>
  );
}
