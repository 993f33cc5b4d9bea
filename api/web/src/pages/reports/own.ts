import type { Report, ReportParameter } from '~/api/types';

/** Those that the page sets by itself: the period by its picker, the language by its own. */
const SET_BY_PAGE = ['from', 'to', 'period', 'locale', 'limit'];

export function ownParameters(report: Report): ReportParameter[] {
  return report.parameters.filter(({ name }) => !SET_BY_PAGE.includes(name));
}
