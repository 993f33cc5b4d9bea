import '@mantine/dates/styles.css';
import 'dayjs/locale/ru';
import { Button, Stack } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '~/app/language';
import type { Day } from '~/lib/day';
import type { Span } from '~/lib/period';

interface OwnDatesProps {
  span: Span;
  today: Day;
  /** First and last day, both included. */
  onChoose: (from: Day, to: Day) => void;
}

export default function OwnDates({ span, today, onChoose }: OwnDatesProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [range, setRange] = useState<[string | null, string | null]>(span.days ?? [null, null]);
  const [from, to] = range;
  return (
    <Stack p="xs" gap="xs">
      <DatePicker
        type="range"
        allowSingleDateInRange
        locale={language}
        firstDayOfWeek={1}
        maxDate={today}
        defaultDate={to ?? today}
        value={range}
        onChange={setRange}
      />
      <Button disabled={!from || !to} onClick={() => from && to && onChoose(from, to)}>
        {t('common.periods.apply')}
      </Button>
    </Stack>
  );
}
