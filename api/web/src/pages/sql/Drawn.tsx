import { useTranslation } from 'react-i18next';
import type { Result } from '~/api/types';
import type { OwnChart } from '~/api/work';
import { ChartFields, OwnChartView } from '~/ui/OwnChart';
import classes from './SqlPage.module.css';

interface DrawnProps {
  result: Result;
  chart: OwnChart;
  onChart: (chart: OwnChart) => void;
}

/** The rows as a chart, with what it is made of. */
export default function Drawn({ result, chart, onChart }: DrawnProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.drawn}>
      <ChartFields result={result} chart={chart} onChange={onChart} />
      <OwnChartView title={t('sql.result')} result={result} chart={chart} height={260} />
    </div>
  );
}
