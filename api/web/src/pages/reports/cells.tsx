import type { Cell, Report, ReportColumn, Result } from '~/api/types';
import { textOf } from '~/app/language';
import { formatFilter } from '~/lib/filter';
import {
  type Figures,
  formatNumber,
  formatStep,
  formatTime,
  formatUnit,
  isCurrency,
  type Language,
  NONE,
} from '~/lib/format';
import { AnchorLink } from '~/ui/links';

export interface CellContext {
  report: Report;
  language: Language;
  zone: string;
  currency: string;
  grain: string;
  noValue: string;
  /** Of who was no customer at that time. */
  noSegment: string;
}

/** The unit of a column; `currency` stands for the code that the report was asked for. */
export function unitOf(column: ReportColumn, currency: string): string | null {
  return column.unit === 'currency' ? currency : (column.unit ?? null);
}

/** A value as text: the same in table, chart and tooltip. */
export function cellText(
  column: ReportColumn,
  value: Cell,
  context: CellContext,
  unit = unitOf(column, context.currency),
  how: Figures = {},
): string {
  const { language, zone } = context;
  if (value === null) {
    if (column.name === 'from_segment' || column.name === 'to_segment') return context.noSegment;
    return column.type === 'text' ? context.noValue : NONE;
  }
  switch (column.type) {
    case 'period':
      return formatStep(String(value), context.grain, language);
    case 'time':
      return formatTime(String(value), language, zone);
    case 'text':
      return named(column.name, String(value));
    case 'boolean':
      return textOf('customers.filter.flags', String(value));
    default:
      if (column.name === 'weekday') return textOf('reports.weekdays', String(value));
      // A lift or a variation is a ratio too, but of its own scale: above one it is no share.
      if (['lift', 'conviction', 'variation'].includes(column.name))
        return formatNumber(value as number, language, how);
      return formatUnit(value as number, unit, language, how);
  }
}

/** Names that the server gives as words of its own. */
function named(column: string, value: string): string {
  if (column === 'metric') return textOf('common.metrics', value);
  if (column === 'segment' || column === 'from_segment' || column === 'to_segment')
    return textOf('customers.segments', value);
  if (column === 'stage') return textOf('customers.lifecycle', value);
  if (column === 'unit') return isCurrency(value) ? value : textOf('common.units', value);
  return value;
}

/** What stands for a name that is not known. */
const IDS: Record<string, string> = {
  name: 'customer_id',
  product: 'product_id',
  antecedent_product: 'antecedent',
  consequent_product: 'consequent',
};

/** A value as text; a name that is not known is told by its id. */
export function nameText(column: ReportColumn, row: Cell[], result: Result, context: CellContext): string {
  const of = (name: string | undefined) =>
    row[result.columns.findIndex((other) => other.name === name)] ?? null;
  const value = of(column.name);
  const id = value === null ? of(IDS[column.name]) : null;
  return id === null ? cellText(column, value, context) : String(id);
}

/** A cell that leads to the customers behind its row, where it names them. */
export function cellNode(
  column: ReportColumn,
  row: Cell[],
  result: Result,
  context: CellContext,
  digits?: number,
) {
  const index = result.columns.findIndex(({ name }) => name === column.name);
  const value = row[index] ?? null;
  const of = (name: string) => row[result.columns.findIndex((other) => other.name === name)] ?? null;
  const isValue = column.name === 'value' || column.name === 'previous';
  const text = isValue
    ? cellText(column, value, context, of('unit') as string | null)
    : column.type === 'text'
      ? nameText(column, row, result, context)
      : cellText(column, value, context, undefined, { column: true, digits, fixed: digits !== undefined });
  const id = of('customer_id');
  if (id !== null && (column.name === 'name' || column.name === 'customer_id')) {
    return (
      <AnchorLink to="/customers/$id" params={{ id: String(id) }} size="sm">
        {text}
      </AnchorLink>
    );
  }
  if (column.name === 'segment' && value !== null) {
    return (
      <AnchorLink to="/customers" search={{ segment: String(value) }} size="sm">
        {text}
      </AnchorLink>
    );
  }
  if (column.name === 'stage' && value !== null) {
    const filter = formatFilter([[{ field: 'lifecycle', operator: '=', value: String(value) }]]);
    return (
      <AnchorLink to="/customers" search={{ filter }} size="sm">
        {text}
      </AnchorLink>
    );
  }
  return text;
}

/** What a row is of: its texts and steps, which stand before its figures. */
export function rowTitle(
  report: Report,
  result: Result,
  row: Cell[],
  context: CellContext,
  figure?: string,
): string {
  const of = report.columns.find(({ name }) => name === figure)?.title[context.language];
  const told = report.columns.flatMap((column) => {
    const index = result.columns.findIndex(({ name }) => name === column.name);
    const tells = column.type === 'text' || column.type === 'period' || /^(weekday|hour)$/.test(column.name);
    return tells && index >= 0 && !column.name.endsWith('_id')
      ? [nameText(column, row, result, context)]
      : [];
  });
  return [report.title[context.language], ...told.slice(0, 2), ...(of ? [of] : [])].join(' · ');
}
