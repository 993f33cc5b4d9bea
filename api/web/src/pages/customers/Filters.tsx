import { ActionIcon, Autocomplete, Button, Popover, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilter, IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { segmentRulesQuery } from '~/api/customers';
import { textOf } from '~/app/language';
import {
  type Condition,
  FILTER_FIELDS,
  formatFilter,
  type Group,
  type Operator,
  operatorsOf,
  parseFilter,
} from '~/lib/filter';
import classes from './Filters.module.css';
import { useAttributes } from './useAttributes';

const ATTRIBUTE = 'attribute';

function fieldTitle(field: string): string {
  return field.startsWith('attributes.')
    ? field.slice('attributes.'.length)
    : textOf('customers.fields', field);
}

/** Stages of a customer's own rhythm, as the server has them. */
const STAGES = ['new', 'active', 'cooling', 'lost', 'won_back'];

/** In the form: a comparison, or that there is nothing to compare. */
type Choice = Operator | 'empty' | 'filled';

/** The server tells nothing and an empty text apart by neither. */
const EMPTY = { empty: '=', filled: '!=' } as const;

function choicesOf(field: string): Choice[] {
  const isText = (FILTER_FIELDS[field] ?? 'text') === 'text' && field !== 'customer_id';
  return isText ? [...operatorsOf(field), 'empty', 'filled'] : operatorsOf(field);
}

function operatorTitle(field: string, operator: Choice, t: TFunction): string {
  if (operator === 'empty' || operator === 'filled') return t(`customers.filter.${operator}`);
  const isTime = FILTER_FIELDS[field] === 'time' && (operator === '<' || operator === '>=');
  return isTime
    ? t(`customers.filter.time_ops.${operator as '<' | '>='}`)
    : t(`customers.filter.ops.${operator}`);
}

function valueTitle({ field, value }: Condition): string {
  if (field === 'segment') return textOf('customers.segments', value);
  if (field === 'lifecycle') return textOf('customers.lifecycle', value);
  if (FILTER_FIELDS[field] === 'flag') return textOf('customers.filter.flags', value);
  return FILTER_FIELDS[field] === 'ratio' ? `${Math.round(Number(value) * 1000) / 10} %` : value;
}

interface FiltersProps {
  filter: string | undefined;
  onChange: (filter: string | undefined) => void;
}

/** The conditions that hold, each with a way to drop it, and forms to add one: to all of them, or as another way to fit one. */
export function Filters({ filter, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const groups = parseFilter(filter);
  const write = (next: Group[]) => onChange(formatFilter(next));
  const told = (condition: Condition) => {
    const { field, operator, value } = condition;
    if (value === '' && (operator === '=' || operator === '!='))
      return `${fieldTitle(field)} ${operatorTitle(field, operator === '=' ? 'empty' : 'filled', t)}`;
    return `${fieldTitle(field)} ${operatorTitle(field, operator, t)} ${valueTitle(condition)}`;
  };
  return (
    <>
      {groups === null && <Chip text={filter ?? ''} onDrop={() => onChange(undefined)} />}
      {groups?.map((group, at) => (
        <span key={at} className={classes.group} data-several={group.length > 1 || undefined}>
          {group.map((condition, index) => (
            <Fragment key={index}>
              {index > 0 && <span className={classes.or}>{t('customers.filter.or')}</span>}
              <Chip
                text={told(condition)}
                onDrop={() =>
                  write(
                    groups.map((other, place) =>
                      place === at ? group.filter((_, inner) => inner !== index) : other,
                    ),
                  )
                }
              />
            </Fragment>
          ))}
          <AddCondition
            label={t('customers.filter.or_add')}
            hint={t('customers.filter.or_title')}
            small
            onAdd={(condition) =>
              write(groups.map((other, place) => (place === at ? [...group, condition] : other)))
            }
          />
        </span>
      ))}
      <AddCondition
        label={t('customers.filter.add')}
        hint={t('customers.filter.title')}
        onAdd={(condition) => write([...(groups ?? []), [condition]])}
      />
    </>
  );
}

function Chip({ text, onDrop }: { text: string; onDrop: () => void }) {
  const { t } = useTranslation();
  return (
    <span className={classes.chip}>
      {text}
      <ActionIcon
        size="xs"
        variant="transparent"
        color="gray"
        onClick={onDrop}
        aria-label={t('customers.filter.remove', { condition: text })}
      >
        <IconX size={13} />
      </ActionIcon>
    </span>
  );
}

interface AddConditionProps {
  label: string;
  /** What the condition does beside the others. */
  hint: string;
  small?: boolean;
  onAdd: (condition: Condition) => void;
}

function AddCondition({ label, hint, small, onAdd }: AddConditionProps) {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const [field, setField] = useState('revenue');
  const [attribute, setAttribute] = useState('');
  const [operator, setOperator] = useState<Choice>('>=');
  const [value, setValue] = useState('');
  const type = FILTER_FIELDS[field] ?? 'text';
  const operators = choicesOf(field);
  const isBare = operator === 'empty' || operator === 'filled';
  const attributes = useAttributes();
  const values = useValues(field);
  const choose = (next: string | null) => {
    if (!next) return;
    setField(next);
    setOperator(operatorsOf(next)[0] ?? '=');
    setValue('');
  };
  const add = () => {
    const name = field === ATTRIBUTE ? `attributes.${attribute.trim()}` : field;
    if (isBare) onAdd({ field: name, operator: EMPTY[operator], value: '' });
    else
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
        {small ? (
          <Button variant="subtle" size="compact-xs" leftSection={<IconPlus size={12} />} onClick={toggle}>
            {label}
          </Button>
        ) : (
          <Button variant="default" leftSection={<IconFilter size={15} />} onClick={toggle}>
            {label}
          </Button>
        )}
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
              {hint}
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
              <Autocomplete
                label={t('customers.filter.attribute')}
                comboboxProps={inside}
                data={attributes}
                limit={50}
                value={attribute}
                onChange={setAttribute}
              />
            )}
            <Select
              label={t('customers.filter.comparison')}
              comboboxProps={inside}
              data={operators.map((sign) => ({ value: sign, label: operatorTitle(field, sign, t) }))}
              value={operator}
              onChange={(sign) => sign && setOperator(sign as Choice)}
            />
            {!isBare && values && (
              <Select
                label={t('customers.filter.value')}
                comboboxProps={inside}
                data={values}
                value={value || null}
                onChange={(next) => setValue(next ?? '')}
              />
            )}
            {!isBare && !values && (
              <TextInput
                label={type === 'ratio' ? t('customers.filter.percent') : t('customers.filter.value')}
                type={type === 'time' ? 'date' : 'text'}
                inputMode={type === 'number' || type === 'ratio' ? 'decimal' : undefined}
                value={value}
                onChange={(event) => setValue(event.currentTarget.value)}
              />
            )}
            <Button
              type="submit"
              disabled={(!isBare && value.trim() === '') || (field === ATTRIBUTE && !attribute.trim())}
            >
              {t('customers.filter.apply')}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The values that a field can have, where they are few; else nothing. */
function useValues(field: string): { value: string; label: string }[] | undefined {
  const rules = useQuery(segmentRulesQuery);
  const told = (group: string, values: string[]) =>
    values.map((value) => ({ value, label: textOf(group, value) }));
  if (field === 'segment') {
    const names = (rules.data?.rules ?? []).map(({ segment }) => segment);
    // By the default rules few customers are told by stages.
    const stages = rules.data?.default ? STAGES : [];
    return told('customers.segments', [...new Set([...names, ...stages])]);
  }
  if (field === 'lifecycle') return told('customers.lifecycle', STAGES);
  if (FILTER_FIELDS[field] === 'flag') return told('customers.filter.flags', ['true', 'false']);
  return undefined;
}
