import { Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportLook } from '~/api/imports';
import { textOf } from '~/app/language';
import { DataTable } from '~/ui/DataTable';
import classes from './Imports.module.css';
import { attributeOf, type Chosen } from './mapping';

interface ColumnsProps {
  look: ImportLook;
  chosen: Chosen;
  onChange: (at: number, field: string) => void;
}

/** The columns of a file, their first values, and the field that each goes into. */
export function Columns({ look, chosen, onChange }: ColumnsProps) {
  const { t } = useTranslation();
  const heads = (['column', 'values', 'field'] as const).map((head) => t(`imports.columns.${head}`));
  const fields = look.fields
    .filter((field) => field !== 'attributes')
    .map((field) => ({ value: field, label: textOf('imports.fields', field) }));
  return (
    <DataTable
      label={t('imports.columns.title')}
      wraps={[1]}
      heads={heads}
      rows={look.columns.map(({ name, values }, at) => {
        const own = chosen[at] ?? '';
        const attribute = own.startsWith('attributes.') ? own : attributeOf(name);
        // A further column of a field, as in `status (2)`, is no choice of its own.
        const isFurther = own !== '' && own !== attribute && !fields.some(({ value }) => value === own);
        const further = isFurther
          ? [{ value: own, label: own.replace(/^\w+/, (field) => textOf('imports.fields', field)) }]
          : [];
        return {
          key: `${at}`,
          cells: [
            <Text key="n" size="sm" fw={500}>
              {name}
            </Text>,
            values.join(' · '),
            <Select
              key="f"
              size="xs"
              className={classes.field}
              aria-label={t('imports.columns.goes_into', { column: name })}
              placeholder={t('imports.columns.nowhere')}
              clearable
              searchable
              value={own || null}
              data={[
                ...fields,
                ...further,
                { value: attribute, label: t('imports.columns.attribute', { name }) },
              ]}
              onChange={(field) => onChange(at, field ?? '')}
            />,
          ],
        };
      })}
    />
  );
}
