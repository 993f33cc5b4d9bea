import { useTranslation } from 'react-i18next';
import type { Forecast } from '~/api/types';
import { useLanguage } from '~/app/language';
import { formatStep, formatUnit } from '~/lib/format';
import { Panel } from '~/ui/Panel';
import classes from './ForecastPage.module.css';

export function Points({ forecast }: { forecast: Forecast }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const value = (number: number) => formatUnit(number, forecast.unit, language, { column: true });
  const heads = ['period', 'forecast', 'low80', 'high80', 'low95', 'high95'] as const;
  return (
    <Panel title={t('forecast.table')} note={forecast.time_zone}>
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('forecast.table')}>
        <table className={classes.table}>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {t(`forecast.heads.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {forecast.points.map((point) => (
              <tr key={point.period}>
                <td>{formatStep(point.period, forecast.grain, language)}</td>
                <td>
                  <b>{value(point.value)}</b>
                </td>
                <td>{value(point.lower80)}</td>
                <td>{value(point.upper80)}</td>
                <td>{value(point.lower95)}</td>
                <td>{value(point.upper95)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
