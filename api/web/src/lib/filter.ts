/** The `filter` of the customer list: `revenue>=1000;attributes.city=Kazan;name~"a;b"`. */

export const OPERATORS = ['!=', '<=', '>=', '=', '<', '>', '~'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Condition {
  field: string;
  operator: Operator;
  value: string;
}

export type FieldType = 'text' | 'time' | 'number' | 'ratio';

/** Fields that can be filtered by, with how they are compared. */
export const FILTER_FIELDS: Record<string, FieldType> = {
  customer_id: 'text',
  name: 'text',
  email: 'text',
  phone: 'text',
  tags: 'text',
  segment: 'text',
  lifecycle: 'text',
  orders: 'number',
  revenue: 'number',
  average_order: 'number',
  predicted_clv: 'number',
  churn_risk: 'ratio',
  created_at: 'time',
  updated_at: 'time',
  first_purchase_at: 'time',
  last_purchase_at: 'time',
};

export function operatorsOf(field: string): Operator[] {
  const type = FILTER_FIELDS[field] ?? 'text';
  if (type === 'time') return ['>=', '<'];
  if (field === 'tags' || field === 'segment' || field === 'lifecycle') return ['=', '!='];
  return type === 'text' ? ['=', '!=', '~'] : ['>=', '<=', '>', '<', '=', '!='];
}

/** Splits at `;` outside of double quotes. */
function split(text: string): string[] {
  const parts = [''];
  let quoted = false;
  for (const sign of text) {
    if (sign === '"') quoted = !quoted;
    if (sign === ';' && !quoted) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** Reads conditions; null where the text has more than plain conditions, and is then kept as it is. */
export function parseFilter(text: string | undefined): Condition[] | null {
  const conditions: Condition[] = [];
  for (const part of split(text ?? '')) {
    const at = part.search(/[=!<>~]/);
    const operator = OPERATORS.find((sign) => part.startsWith(sign, at));
    if (at <= 0 || !operator || part.startsWith('(')) return null;
    const raw = part.slice(at + operator.length).trim();
    const quoted = /^"(.*)"$/s.exec(raw);
    if (raw.startsWith('"') && !quoted) return null;
    const value = quoted ? (quoted[1] ?? '').replaceAll('""', '"') : raw;
    conditions.push({ field: part.slice(0, at).trim(), operator, value });
  }
  return conditions;
}

export function formatFilter(conditions: Condition[]): string | undefined {
  const text = conditions.map(({ field, operator, value }) => {
    const plain = !/[;"()|]/.test(value) && value.trim() === value;
    return `${field}${operator}${plain ? value : `"${value.replaceAll('"', '""')}"`}`;
  });
  return text.length > 0 ? text.join(';') : undefined;
}
