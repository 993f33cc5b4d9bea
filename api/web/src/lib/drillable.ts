import type { Report } from '~/api/types';

/** Reports that have purchases behind their rows; how they are picked comes when a row is chosen. */
const REPORTS = [
  'sales_summary',
  'sales_over_time',
  'new_vs_returning',
  'refunds',
  'margin',
  'top_products',
  'abc_xyz',
  'top_customers',
  'customer_value',
  'categories',
  'channels',
  'by_attribute',
  'cohort_retention',
  'rfm_segments',
  'lifecycle',
  'basket_pairs',
  'interactions_summary',
  'purchase_hours',
] as const;

export type Drillable = (typeof REPORTS)[number];

export function canDrill(report: Pick<Report, 'id'>): boolean {
  return REPORTS.some((id) => id === report.id);
}
