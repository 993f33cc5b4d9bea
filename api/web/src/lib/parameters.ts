import type { OwnParameter, ParameterType } from '~/api/work';

/** Set by the period of a page, wherever a statement uses them. */
export const OF_PERIOD = ['from', 'to'];

/** The names after `$` in a statement, each once, without what stands in texts and comments. */
export function namesIn(sql: string): string[] {
  const code = sql
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/--[^\n]*/g, '')
    .replace(/\/\*[\s\S]*?\*\//g, '');
  const names = [...code.matchAll(/\$([A-Za-z_]\w*)/g)].map(([, name]) => name ?? '');
  return [...new Set(names)];
}

/** Parameters of a statement: those that were described stay as they were, new ones are texts. */
export function parametersOf(sql: string, described: OwnParameter[]): OwnParameter[] {
  return namesIn(sql)
    .filter((name) => !OF_PERIOD.includes(name))
    .map((name) => described.find((known) => known.name === name) ?? { name, type: 'text' });
}

export function usesPeriod(sql: string): boolean {
  return namesIn(sql).some((name) => OF_PERIOD.includes(name));
}

/** Values as a statement takes them: what is written as a number is one, what is left out is nothing. */
export function boundOf(
  sql: string,
  values: Record<string, string>,
): Record<string, string | number | null> | undefined {
  const names = namesIn(sql);
  if (names.length === 0) return undefined;
  const bound = names.map((name) => {
    const text = values[name]?.trim() ?? '';
    const isNumber = /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text);
    return [name, text === '' ? null : isNumber ? Number(text) : text] as const;
  });
  return Object.fromEntries(bound);
}

/** The kind of field that a parameter is typed in. */
export const FIELD_TYPES: Record<ParameterType, string> = {
  text: 'text',
  number: 'text',
  date: 'date',
  timestamp: 'datetime-local',
};
