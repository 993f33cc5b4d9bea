import { Checkbox, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportLook, ImportSettings } from '~/api/imports';
import classes from './Imports.module.css';

interface OptionsProps {
  settings: ImportSettings;
  look: ImportLook | null;
  onChange: (next: Partial<ImportSettings>) => void;
}

const RECORDS = ['purchases', 'customers', 'interactions'] as const;
const MARKS = ['comma', 'point'] as const;
const ATTRIBUTES = ['agree', 'first', 'join', 'line'] as const;

/** What cannot be seen in a file, or was found out wrong. */
export function Options({ settings, look, onChange }: OptionsProps) {
  const { t } = useTranslation();
  const found = t('imports.options.found_out');
  return (
    <>
      <div className={classes.options}>
        <Select
          size="xs"
          label={t('imports.options.records')}
          placeholder={found}
          clearable
          value={settings.records ?? null}
          data={RECORDS.map((value) => ({ value, label: t(`imports.records.${value}`) }))}
          onChange={(records) => onChange({ records: (records as ImportSettings['records']) ?? undefined })}
        />
        <Select
          size="xs"
          label={t('imports.options.preset')}
          placeholder={found}
          clearable
          searchable
          value={settings.preset ?? null}
          data={look?.presets ?? []}
          onChange={(preset) => onChange({ preset: preset ?? undefined, mapping: undefined })}
        />
        <Select
          size="xs"
          label={t('imports.options.decimal_mark')}
          placeholder={found}
          clearable
          value={settings.decimal_mark ?? null}
          data={MARKS.map((value) => ({ value, label: t(`imports.options.marks.${value}`) }))}
          onChange={(mark) =>
            onChange({ decimal_mark: (mark as ImportSettings['decimal_mark']) ?? undefined })
          }
        />
        <Select
          size="xs"
          label={t('imports.options.attributes')}
          placeholder={t('imports.options.attributes_how.agree')}
          clearable
          value={settings.attributes ?? null}
          data={ATTRIBUTES.map((value) => ({ value, label: t(`imports.options.attributes_how.${value}`) }))}
          onChange={(how) => onChange({ attributes: (how as ImportSettings['attributes']) ?? undefined })}
        />
        {look?.sheets && look.sheets.length > 1 && (
          <Select
            size="xs"
            label={t('imports.options.sheet')}
            placeholder={found}
            clearable
            value={settings.sheet ?? null}
            data={[...new Set(look.sheets)]}
            onChange={(sheet) => onChange({ sheet: sheet ?? undefined })}
          />
        )}
        <NumberInput
          size="xs"
          label={t('imports.options.header_row')}
          placeholder={found}
          min={1}
          allowDecimal={false}
          value={settings.header_row ?? ''}
          onChange={(row) => onChange({ header_row: typeof row === 'number' ? row : undefined })}
        />
        <TextInput
          size="xs"
          label={t('imports.options.time_zone')}
          placeholder={t('imports.options.of_workspace')}
          value={settings.time_zone ?? ''}
          onChange={(event) => onChange({ time_zone: event.currentTarget.value || undefined })}
        />
        <TextInput
          size="xs"
          label={t('imports.options.date_format')}
          placeholder={found}
          value={settings.date_format ?? ''}
          onChange={(event) => onChange({ date_format: event.currentTarget.value || undefined })}
        />
        <TextInput
          size="xs"
          label={t('imports.options.encoding')}
          placeholder={found}
          value={settings.encoding ?? ''}
          onChange={(event) => onChange({ encoding: event.currentTarget.value || undefined })}
        />
      </div>
      <Group gap="md">
        {(['append', 'round', 'keep_ids'] as const).map((name) => (
          <Checkbox
            key={name}
            size="xs"
            label={t(`imports.options.${name}`)}
            checked={settings[name] ?? false}
            onChange={(event) => onChange({ [name]: event.currentTarget.checked || undefined })}
          />
        ))}
      </Group>
    </>
  );
}
