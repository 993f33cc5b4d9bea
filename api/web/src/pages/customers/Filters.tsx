import { ActionIcon, Button, Popover, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilter, IconX } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '~/app/language';
import {
  type Condition,
  FILTER_FIELDS,
  formatFilter,
  type Operator,
  operatorsOf,
  parseFilter,
} from '~/lib/filter';
import classes from './Filters.module.css';

const ATTRIBUTE = 'attribute';

function fieldTitle(field: string): string {
  return field.startsWith('attributes.')
    ? field.slice('attributes.'.length)
    : textOf('customers.fields', field);
}

function operatorTitle(field: string, operator: Operator, t: TFunction): string {
  const isTime = FILTER_FIELDS[field] === 'time' && (operator === '<' || operator === '>=');
  return isTime
    ? t(`customers.filter.time_ops.${operator as '<' | '>='}`)
    : t(`customers.filter.ops.${operator}`);
}

function valueTitle({ field, value }: Condition): string {
  if (field === 'segment') return textOf('customers.segments', value);
  if (field === 'lifecycle') return textOf('customers.lifecycle', value);
  return FILTER_FIELDS[field] === 'ratio' ? `${Math.round(Number(value) * 1000) / 10} %` : value;
}

interface FiltersProps {
  filter: string | undefined;
  onChange: (filter: string | undefined) => void;
}

/** The conditions that hold, each with a way to drop it, and a form to add one. */
export function Filters({ filter, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const conditions = parseFilter(filter);
  const chips = conditions
    ? conditions.map((condition, index) => ({
        text: `${fieldTitle(condition.field)} ${operatorTitle(condition.field, condition.operator, t)} ${valueTitle(condition)}`,
        drop: () => onChange(formatFilter(conditions.filter((_, other) => other !== index))),
      }))
    : [{ text: filter ?? '', drop: () => onChange(undefined) }];
  return (
    <>
      {chips.map(({ text, drop }) => (
        <span key={text} className={classes.chip}>
          {text}
          <ActionIcon
            size="xs"
            variant="transparent"
            color="gray"
            onClick={drop}
            aria-label={t('customers.filter.remove', { condition: text })}
          >
            <IconX size={13} />
          </ActionIcon>
        </span>
      ))}
      <AddCondition onAdd={(condition) => onChange(formatFilter([...(conditions ?? []), condition]))} />
    </>
  );
}

function AddCondition({ onAdd }: { onAdd: (condition: Condition) => void }) {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const [field, setField] = useState('revenue');
  const [attribute, setAttribute] = useState('');
  const [operator, setOperator] = useState<Operator>('>=');
  const [value, setValue] = useState('');
  const type = FILTER_FIELDS[field] ?? 'text';
  const operators = operatorsOf(field);
  const choose = (next: string | null) => {
    if (!next) return;
    setField(next);
    setOperator(operatorsOf(next)[0] ?? '=');
    setValue('');
  };
  const add = () => {
    const name = field === ATTRIBUTE ? `attributes.${attribute.trim()}` : field;
    onAdd({ field: name, operator, value: type === 'ratio' ? String(Number(value) / 100) : value.trim() });
    setValue('');
    close();
  };
  const inside = { withinPortal: false };
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && close()}
      position="bottom-start"
      shadow="md"
      trapFocus
    >
      <Popover.Target>
        <Button variant="default" leftSection={<IconFilter size={15} />} onClick={toggle}>
          {t('customers.filter.add')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown w={280}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <Stack gap="xs">
            <Text size="xs" c="dimmed">
              {t('customers.filter.title')}
            </Text>
            <Select
              label={t('customers.filter.field')}
              comboboxProps={inside}
              data={[...Object.keys(FILTER_FIELDS), ATTRIBUTE].map((id) => ({
                value: id,
                label: textOf('customers.fields', id),
              }))}
              value={field}
              onChange={choose}
              searchable
            />
            {field === ATTRIBUTE && (
              <TextInput
                label={t('customers.filter.attribute')}
                value={attribute}
                onChange={(event) => setAttribute(event.currentTarget.value)}
              />
            )}
            <Select
              label={t('customers.filter.comparison')}
              comboboxProps={inside}
              data={operators.map((sign) => ({ value: sign, label: operatorTitle(field, sign, t) }))}
              value={operator}
              onChange={(sign) => sign && setOperator(sign as Operator)}
            />
            <TextInput
              label={type === 'ratio' ? t('customers.filter.percent') : t('customers.filter.value')}
              type={type === 'time' ? 'date' : 'text'}
              inputMode={type === 'number' || type === 'ratio' ? 'decimal' : undefined}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
            <Button
              type="submit"
              disabled={
                (type !== 'text' && value.trim() === '') || (field === ATTRIBUTE && !attribute.trim())
              }
            >
              {t('customers.filter.apply')}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
