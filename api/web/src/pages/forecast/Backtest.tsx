import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Forecast } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { formatNumber, formatPercent } from '~/lib/format';
import { Panel } from '~/ui/Panel';
import classes from './ForecastPage.module.css';

/** How the model did on the past, beside the simplest one there is. */
export function Backtest({ forecast }: { forecast: Forecast }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { model, backtest, naive } = forecast;
  const name = textOf('common.models', model.name);
  const season =
    model.season > 1 ? t('forecast.season_of', { count: model.season }) : t('forecast.season_none');
  const told = `${t('forecast.model')}: ${name} · ${t('forecast.season')}: ${season}`;
  if (!backtest) {
    return (
      <Panel title={t('forecast.backtest')} note={told}>
        <Text size="sm">{t('forecast.no_backtest')}</Text>
      </Panel>
    );
  }
  const percent = (value: number | null | undefined) =>
    formatPercent(value === null || value === undefined ? null : value / 100, language);
  const isBetter = (backtest.mase ?? Number.POSITIVE_INFINITY) < (naive?.mase ?? 0);
  return (
    <Panel title={t('forecast.backtest')} note={told}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col" aria-label={t('forecast.error')} />
            <th scope="col">{t('forecast.this_model')}</th>
            <th scope="col">{t('forecast.naive')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>{t('forecast.error')}</td>
            <td>{percent(backtest.smape)}</td>
            <td>{percent(naive?.smape)}</td>
          </tr>
          <tr>
            <td>{t('forecast.mase')}</td>
            <td>{formatNumber(backtest.mase, language)}</td>
            <td>{formatNumber(naive?.mase, language)}</td>
          </tr>
          <tr>
            <td>{t('forecast.coverage')}</td>
            <td>{formatPercent(backtest.coverage95, language)}</td>
            <td />
          </tr>
        </tbody>
      </table>
      <Text size="sm" mt="xs">
        {isBetter ? t('forecast.better') : t('forecast.worse')}
      </Text>
      <Text size="xs" c="dimmed">
        {t('forecast.backtest_note', { count: backtest.folds })}
      </Text>
    </Panel>
  );
}
