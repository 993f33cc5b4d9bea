import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Recommendation } from '~/api/types';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatDate, formatMoney } from '~/lib/format';
import classes from './Recommendations.module.css';

/** What a task brought against the customers held out of it. */
export function Lift({ advice }: { advice: Recommendation }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const { lift, measured_until } = advice;
  if (!lift && !measured_until) return null;
  const money = (value: number) =>
    formatMoney(Math.round(value * 100) / 100, lift?.unit ?? advice.expected.unit, language);
  const range =
    typeof lift?.lower === 'number' && typeof lift.upper === 'number'
      ? ` (${money(lift.lower)} – ${money(lift.upper)})`
      : '';
  return (
    <div className={classes.foot}>
      <Text size="sm" component="div">
        <b>{t('recommendations.lift')}: </b>
        {typeof lift?.lift === 'number'
          ? [
              t('recommendations.lift_each', { value: money(lift.lift) }) + range,
              typeof lift.total === 'number' && t('recommendations.lift_total', { value: money(lift.total) }),
            ]
              .filter(Boolean)
              .join(', ')
          : typeof lift?.needed === 'number'
            ? t('recommendations.lift_needed', { count: lift.needed })
            : t('recommendations.lift_none', { date: formatDate(measured_until, language, zone) })}
        {lift && (
          <Text size="xs" c="dimmed">
            {t('recommendations.lift_groups', {
              converted: lift.converted,
              treated: lift.treated,
              converted_held: lift.converted_held_out,
              held: lift.held_out,
            })}
            {typeof lift.pooled_tasks === 'number' &&
              `. ${t('recommendations.lift_pooled', { count: lift.pooled_tasks })}`}
          </Text>
        )}
      </Text>
    </div>
  );
}
