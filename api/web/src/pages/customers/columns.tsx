import type { TFunction } from 'i18next';
import type { Customer } from '~/api/types';
import { textOf } from '~/app/language';
import { formatDate, formatMoney, formatNumber, formatPercent, type Language, NONE } from '~/lib/format';
import type { GridColumn } from '~/ui/Grid';
import { AnchorLink } from '~/ui/links';
import { Tag } from '~/ui/Tag';

/** Columns that are hidden until they are chosen. */
export const HIDDEN = [
  'customer_id',
  'email',
  'phone',
  'tags',
  'created_at',
  'updated_at',
  'average_order',
  'first_purchase_at',
  'lifecycle',
  'do_not_contact',
];

/** On a narrow page the money stands beside the name: what else there is comes by scrolling. */
const NARROW_FIRST = ['name', 'revenue', 'orders', 'last_purchase_at'];

export function narrowColumns(columns: GridColumn<Customer>[]): GridColumn<Customer>[] {
  const place = ({ id }: GridColumn<Customer>) => (NARROW_FIRST.indexOf(id) + 99) % 99;
  return [...columns]
    .sort((a, b) => place(a) - place(b))
    .map((column) => (column.id === 'name' ? { ...column, width: 150 } : column));
}

/** Columns of attributes have this before their name. */
export const ATTRIBUTE = 'attributes.';

export function customerColumns(
  t: TFunction,
  language: Language,
  zone: string,
  attributes: string[] = [],
): GridColumn<Customer>[] {
  const date = (value: string | null | undefined) => formatDate(value, language, zone);
  const column = (
    id: Exclude<keyof Customer, 'currency' | 'attributes' | 'consent' | 'churn_horizon_days'>,
    width: number,
    cell: GridColumn<Customer>['cell'],
    numeric = false,
  ) => ({
    id,
    title: t(`customers.fields.${id}`),
    width,
    cell,
    numeric,
    sortable: id !== 'tags' && id !== 'do_not_contact',
  });
  return [
    column('name', 220, (row) => (
      <AnchorLink to="/customers/$id" params={{ id: row.customer_id }} size="sm" c="inherit" fw={500}>
        {row.name || row.email || row.customer_id}
      </AnchorLink>
    )),
    column('email', 210, (row) => row.email ?? NONE),
    column('phone', 140, (row) => row.phone ?? NONE),
    column('segment', 150, (row) => row.segment && <Tag>{textOf('customers.segments', row.segment)}</Tag>),
    column('lifecycle', 110, (row) => textOf('customers.lifecycle', row.lifecycle) || NONE),
    column('revenue', 120, (row) => formatMoney(row.revenue, row.currency, language, { column: true }), true),
    column('orders', 84, (row) => formatNumber(row.orders, language), true),
    column(
      'average_order',
      120,
      (row) => formatMoney(row.average_order, row.currency, language, { column: true }),
      true,
    ),
    column('last_purchase_at', 132, (row) => date(row.last_purchase_at), true),
    column('first_purchase_at', 132, (row) => date(row.first_purchase_at), true),
    column('churn_risk', 120, (row) => formatPercent(row.churn_risk, language, 0), true),
    column(
      'predicted_clv',
      130,
      (row) => formatMoney(row.predicted_clv, row.currency, language, { column: true }),
      true,
    ),
    column('tags', 160, (row) => row.tags.map((tag) => <Tag key={tag}>{tag}</Tag>)),
    column(
      'do_not_contact',
      150,
      (row) => row.do_not_contact && <Tag tone="warn">{t('customers.card.left_alone')}</Tag>,
    ),
    column('created_at', 132, (row) => date(row.created_at), true),
    column('updated_at', 132, (row) => date(row.updated_at), true),
    column('customer_id', 120, (row) => row.customer_id),
    ...attributes.map((name) => ({
      id: `${ATTRIBUTE}${name}`,
      title: name,
      width: 130,
      sortable: false,
      cell: (row: Customer) => attributeText((row.attributes as Record<string, unknown>)?.[name]),
    })),
  ];
}

function attributeText(value: unknown): string {
  if (value === null || value === undefined) return NONE;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
