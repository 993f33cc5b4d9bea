import { asProblem, type Problem } from '~/api/problem';
import { i18n } from '~/i18n';

/**
 * The server tells what went wrong in English. In another language its code picks a text of ours, and its own words come second:
 * they name the record, the line or the limit.
 */
export interface Said {
  text: string;
  /** The server's own words, where they say more than the text. */
  detail?: string;
}

/** Codes whose detail names what no text of ours can: a place in a statement, a parameter, a line of a file. */
const TELLING =
  /^(sql_|invalid_|bad_(parameter|status|setting)|import_|unknown_field|conflict|http$|name_taken|id_taken)/;

export function sayProblem(error: unknown): Said {
  const problem = asProblem(error);
  if (problem.status === 0) return { text: say('common.states.offline_title') };
  if (problem.isMissingRoute) return { text: say('common.states.missing_text') };
  if (problem.retryAfter && problem.status === 429)
    return { text: say('common.states.wait_seconds', { count: problem.retryAfter }) };
  if (i18n.language === 'en') return { text: problem.message };
  const text = say(`common.problems.${keyOf(problem)}`);
  return TELLING.test(problem.code) ? { text, detail: problem.message } : { text };
}

/** In one line, for messages in the corner and for fields. */
export function problemLine(error: unknown): string {
  const { text, detail } = sayProblem(error);
  return detail ? `${text} ${detail}` : text;
}

/** What the server says of a field, in words of ours where it is one of the common ones. */
export function fieldText(message: string | undefined): string | undefined {
  if (!message || i18n.language === 'en') return message;
  for (const [pattern, name] of FIELDS) {
    const found = pattern.exec(message);
    if (found) return say(`common.fields.${name}`, { limit: found.slice(1).find(Boolean) ?? '' });
  }
  return message;
}

/** Common words about fields, as the server has them. */
const FIELDS: [RegExp, string][] = [
  [/not an e-mail address/, 'email'],
  [/^(?:required|.*\bneeds? a (?:title|name|text)\b|.*\bmust not be empty)/, 'required'],
  [/(?:at most|more than|longer than) (\d+) characters|characters; (\d+) at most/, 'too_long'],
  [/at least (\d+) characters/, 'too_short'],
  [/present password/, 'password'],
  [/ISO 4217/, 'currency'],
  [/IANA/, 'zone'],
  [/RFC 3339/, 'time'],
  [/a time to come|in the past/, 'future'],
  [/a (?:whole )?number from/, 'number'],
];

/** By the code, else by what kind of answer it is. */
function keyOf({ code, status }: Problem): string {
  if (i18n.exists(`common.problems.${code}`)) return code;
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not_found';
  if (status === 409) return 'conflict';
  if (status === 413) return 'too_large';
  if (status === 429) return 'limit';
  return status >= 500 ? 'internal' : 'refused';
}

function say(key: string, values: object = {}): string {
  return (i18n.t as (key: string, values: object) => string)(key, values);
}
