import { Skeleton, useComputedColorScheme } from '@mantine/core';
import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Chart.module.css';

/** What a drawing takes from the theme. */
export interface Look {
  text: string;
  axis: string;
  line: string;
  background: string;
  good: string;
  bad: string;
  accent: string;
  /** What stands beside as the time before. */
  before: string;
  series: string[];
  /** There is no room for names side by side. */
  narrow: boolean;
}

/** In pixels: a place as wide as a phone. */
const NARROW = 520;

function readLook(narrow: boolean): Look {
  const style = getComputedStyle(document.documentElement);
  const get = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: get('--mantine-color-text'),
    axis: get('--kp-axis'),
    line: get('--kp-line'),
    background: get('--kp-bg'),
    good: get('--kp-good'),
    bad: get('--kp-bad'),
    accent: get('--series-1'),
    before: get('--kp-before'),
    series: [1, 2, 3, 4, 5, 6].map((index) => get(`--series-${index}`)),
    narrow,
  };
}

interface ChartProps {
  /** What it shows, for those who do not see it; the table beside it has the figures. */
  title: string;
  /** In pixels; `fill` takes what the panel has left, and no less than usual. */
  height?: number | 'fill';
  option: (look: Look) => EChartsCoreOption;
  /** A point was chosen. */
  onPick?: (index: number, series: number) => void;
}

/** A drawing. The library comes with the first one, not with the page. */
export function Chart({ title, height = 280, option, onPick }: ChartProps) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ECharts | null>(null);
  const [narrow, setNarrow] = useState(false);
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => {
    let made: ECharts | null = null;
    let watch: ResizeObserver | null = null;
    let gone = false;
    void import('./echarts').then(({ make }) => {
      if (gone || !place.current) return;
      made = make(place.current);
      const drawn = made;
      const look = () => setNarrow(drawn.getWidth() < NARROW);
      look();
      watch = new ResizeObserver(() => {
        drawn.resize();
        look();
      });
      watch.observe(place.current);
      made.on('click', ({ dataIndex, seriesIndex }) => pick.current?.(dataIndex, seriesIndex ?? 0));
      // A line has no points to hit: a click beside it means the step that it is over.
      made.getZr().on('click', ({ target, offsetX, offsetY }) => {
        if (target || !pick.current || !drawn.containPixel('grid', [offsetX, offsetY])) return;
        const { xAxis } = drawn.getOption() as { xAxis?: { type?: string }[] };
        if (xAxis?.[0]?.type !== 'category') return;
        const [at] = drawn.convertFromPixel({ seriesIndex: 0 }, [offsetX, offsetY]) as number[];
        if (at !== undefined && Number.isFinite(at)) pick.current(Math.round(at), 0);
      });
      setChart(made);
    });
    return () => {
      gone = true;
      watch?.disconnect();
      made?.dispose();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of the theme are read anew when it changes
  useEffect(() => {
    chart?.setOption(option(readLook(narrow)), { notMerge: true });
  }, [chart, option, scheme, narrow]);

  return (
    <div
      className={classes.chart}
      style={height === 'fill' ? undefined : { height }}
      data-fill={height === 'fill' || undefined}
      data-drawn={chart ? true : undefined}
    >
      {!chart && <Skeleton height="100%" radius="md" className={classes.wait} />}
      <div
        ref={place}
        role="img"
        aria-label={t('common.chart.label', { title })}
        className={classes.canvas}
      />
    </div>
  );
}
