import type { ImportLook, ImportSettings } from '~/api/imports';

/** By the position of a column: the field that it goes into; an empty text is none. */
export type Chosen = string[];

/** What stands in front of the name of an attribute. */
const ATTRIBUTE = 'attributes.';

/** As the last look has it. */
export function chosenOf(look: ImportLook): Chosen {
  return look.columns.map(({ field }) => field ?? '');
}

export function attributeOf(column: string): string {
  return `${ATTRIBUTE}${column}`;
}

/** Fields that more than one column goes into. */
export function doubled(chosen: Chosen): string[] {
  const fields = chosen.filter(Boolean);
  return [...new Set(fields.filter((field, at) => fields.indexOf(field) !== at))];
}

/**
 * What is told to the server: each field its column, and every other field none, so that a column of its name is not taken all the
 * same. What one column alone cannot say (a time in two, a zone) stays as it was said.
 */
export function mappingOf(
  look: ImportLook,
  chosen: Chosen,
  before: ImportSettings['mapping'],
): Record<string, string> {
  const mapping: Record<string, string> = {};
  const known = new Set(look.fields);
  for (const field of known) mapping[field] = '';
  for (const [field, column] of Object.entries(before ?? {}))
    if (column.includes('+') || !(known.has(field) || field.startsWith(ATTRIBUTE))) mapping[field] = column;
  look.columns.forEach(({ name }, at) => {
    const field = chosen[at];
    if (field) mapping[field] = nameOf(look, at, name);
  });
  return mapping;
}

/** The second column of a name is `name#2`. */
function nameOf(look: ImportLook, at: number, name: string): string {
  const before = look.columns.slice(0, at).filter((column) => column.name === name).length;
  return before > 0 ? `${name}#${before + 1}` : name;
}
