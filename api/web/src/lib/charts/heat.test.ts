import { describe, expect, it } from 'vitest';
import type { Look } from '~/ui/Chart';
import { heatChart } from './heat';
import { timeChart } from './time';

const look = { series: ['#111'], line: '#ccc', accent: '#33f', background: '#fff', text: '#000' } as Look;

describe('heat', () => {
  const cells: [number, number, number][] = [
    [0, 0, 1],
    [1, 0, 0.2],
    [2, 0, 0.1],
  ];
  const chart = { columns: ['0', '1', '2'], rows: ['Jan'], cells, format: String, short: String };
  const scale = (option: object) =>
    (option as { visualMap: { max: number; text: string[]; show?: boolean } }).visualMap;

  it('has a scale that the first column of a cohort does not flatten', () => {
    expect(scale(heatChart(chart, look))).toMatchObject({ max: 1, text: ['1', '0'] });
    expect(scale(heatChart({ ...chart, scaleFrom: 1 }, look))).toMatchObject({
      max: 0.2,
      text: ['0.2+', '0'],
    });
    expect(scale(heatChart(chart, look)).show).not.toBe(false);
  });

  it('tells the values, also beyond the scale', () => {
    const option = heatChart({ ...chart, scaleFrom: 1 }, look) as {
      series: { label: { show: boolean; formatter: (p: object) => string }; data: { value: number[] }[] }[];
    };
    const [series] = option.series;
    expect(series?.data[0]?.value).toEqual([0, 0, 0.2, 1]);
    expect(series?.label.show).toBe(true);
    expect(series?.label.formatter({ data: series.data[0] })).toBe('1');
  });
});

describe('legends', () => {
  it('tell a line, a dashed line and a band apart', () => {
    const option = timeChart(
      {
        labels: ['a'],
        lines: [
          { name: 'was', values: [1] },
          { name: 'ahead', values: [2], dashed: true },
        ],
        bands: [{ name: 'band', lower: [1], upper: [3], opacity: 0.2 }],
        format: String,
        short: String,
      },
      look,
    ) as { legend: { data: { icon: string }[]; icon?: string } };
    const icons = option.legend.data.map(({ icon }) => icon);
    expect(new Set(icons).size).toBe(3);
    expect(option.legend.icon).toBeUndefined();
  });
});
