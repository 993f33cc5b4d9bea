import { Select, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Parameters as Values } from '~/api/reports';
import type { Report, ReportParameter } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { useLater } from '~/app/useLater';
import { useAttributes } from '~/pages/customers/useAttributes';
import { ownParameters } from './own';

interface ParametersProps {
  report: Report;
  values: Values;
  onChange: (name: string, value: string | undefined) => void;
}

export function Parameters({ report, values, onChange }: ParametersProps) {
  return ownParameters(report).map((parameter) => (
    <Field
      key={parameter.name}
      parameter={parameter}
      value={values[parameter.name]}
      onChange={(value) => onChange(parameter.name, value || undefined)}
    />
  ));
}

interface FieldProps {
  parameter: ReportParameter;
  value: string | undefined;
  onChange: (value: string) => void;
}

function Field({ parameter, value, onChange }: FieldProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const later = useLater(onChange, 400);
  const attributes = useAttributes();
  const label = textOf('reports.names', parameter.name);
  const hint = parameter.description[language];
  if (parameter.name === 'attribute' && attributes.length > 0) {
    return (
      <Select
        w={190}
        aria-label={label}
        title={hint}
        searchable
        data={value && !attributes.includes(value) ? [value, ...attributes] : attributes}
        value={value ?? null}
        placeholder={label}
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    );
  }
  if (parameter.type === 'choice') {
    const names = (choice: string) =>
      textOf(parameter.name === 'grain' ? 'common.grains' : 'reports.choices', choice);
    return (
      <Select
        w={150}
        aria-label={label}
        title={hint}
        data={(parameter.allowed ?? []).map((choice) => ({ value: choice, label: names(choice) }))}
        value={value ?? parameter.default ?? null}
        placeholder={label}
        onChange={(chosen) => onChange(chosen === parameter.default ? '' : (chosen ?? ''))}
      />
    );
  }
  const isNumber = parameter.type === 'integer' || parameter.type === 'number';
  const isTime = parameter.type === 'time';
  const usual = isTime ? '' : (parameter.default ?? '');
  const empty = parameter.required ? label : `${label}: ${usual || t('reports.any')}`;
  return (
    <TextInput
      w={isTime ? undefined : isNumber || parameter.name === 'currency' ? 170 : 190}
      aria-label={label}
      title={hint}
      type={isTime ? 'date' : 'text'}
      // A field of a date shows its form where others show what they are for.
      leftSection={
        isTime && (
          <Text size="xs" c="dimmed" aria-hidden>
            {label}
          </Text>
        )
      }
      leftSectionWidth={isTime ? 22 + label.length * 7 : undefined}
      inputMode={isNumber ? 'decimal' : undefined}
      placeholder={empty}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}
