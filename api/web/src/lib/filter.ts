/** The `filter` of the customer list: `revenue>=1000;(tags=vip|attributes.city=Kazan);name~"a;b"`. */

export const OPERATORS = ['!=', '<=', '>=', '=', '<', '>', '~'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Condition {
  field: string;
  operator: Operator;
  value: string;
}

export type FieldType = 'text' | 'time' | 'number' | 'ratio' | 'flag';

/** Fields that can be filtered by, with how they are compared. */
export const FILTER_FIELDS: Record<string, FieldType> = {
  customer_id: 'text',
  name: 'text',
  email: 'text',
  phone: 'text',
  tags: 'text',
  segment: 'text',
  lifecycle: 'text',
  do_not_contact: 'flag',
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
  if (type === 'flag') return ['='];
  if (field === 'tags' || field === 'segment' || field === 'lifecycle') return ['=', '!='];
  return type === 'text' ? ['=', '!=', '~'] : ['>=', '<=', '>', '<', '=', '!='];
}

/** What stands between the separators outside of double quotes. */
function split(text: string, separator: string): string[] {
  const parts = [''];
  let quoted = false;
  for (const sign of text) {
    if (sign === '"') quoted = !quoted;
    if (sign === separator && !quoted) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

function parseCondition(part: string): Condition | null {
  const at = part.search(/[=!<>~]/);
  const operator = OPERATORS.find((sign) => part.startsWith(sign, at));
  if (at <= 0 || !operator) return null;
  const raw = part.slice(at + operator.length).trim();
  const quoted = /^"(.*)"$/s.exec(raw);
  if (raw.startsWith('"') && !quoted) return null;
  const value = quoted ? (quoted[1] ?? '').replaceAll('""', '"') : raw;
  return { field: part.slice(0, at).trim(), operator, value };
}

/** Conditions of which one must hold. */
export type Group = Condition[];

/** Reads groups, all of which must hold; null where the text is none, and is then kept as it is. */
export function parseFilter(text: string | undefined): Group[] | null {
  const groups: Group[] = [];
  for (const part of split(text ?? '', ';')) {
    const several = part.startsWith('(');
    if (several && !part.endsWith(')')) return null;
    const group = (several ? split(part.slice(1, -1), '|') : [part]).map(parseCondition);
    const known = group.filter((condition) => condition !== null);
    if (known.length === 0 || known.length < group.length) return null;
    groups.push(known);
  }
  return groups;
}

export function formatFilter(groups: Group[]): string | undefined {
  const write = ({ field, operator, value }: Condition) => {
    const plain = !/[;"()|]/.test(value) && value.trim() === value;
    return `${field}${operator}${plain ? value : `"${value.replaceAll('"', '""')}"`}`;
  };
  const text = groups
    .filter((group) => group.length > 0)
    .map((group) => (group.length === 1 ? group.map(write).join() : `(${group.map(write).join('|')})`));
  return text.length > 0 ? text.join(';') : undefined;
}
