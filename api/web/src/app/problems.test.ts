import { beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '~/api/problem';
import { i18n } from '~/i18n';
import { texts as en } from '~/i18n/en';
import { texts as ru } from '~/i18n/ru';
import { fieldText, problemLine, sayProblem } from './problems';

beforeAll(async () => {
  await i18n.init({
    lng: 'ru',
    fallbackLng: false,
    interpolation: { escapeValue: false },
    resources: { ru: { translation: ru }, en: { translation: en } },
  });
});

describe('problems', () => {
  it('are told in the language of the page, the own words of the server second', async () => {
    await i18n.changeLanguage('ru');
    expect(sayProblem(new Problem(403, { code: 'role', detail: 'that takes the role of an admin' }))).toEqual(
      {
        text: ru.common.problems.role,
      },
    );
    expect(sayProblem(new Problem(400, { code: 'sql_invalid', detail: 'no column `x`' }))).toEqual({
      text: ru.common.problems.sql_invalid,
      detail: 'no column `x`',
    });
    expect(problemLine(new Problem(409, { code: 'name_taken', detail: 'taken' }))).toContain(
      ru.common.problems.name_taken,
    );
  });

  it('with a code that is new go by their status', async () => {
    await i18n.changeLanguage('ru');
    expect(sayProblem(new Problem(503, { code: 'new_one', detail: 'x' })).text).toBe(
      ru.common.problems.internal,
    );
    expect(sayProblem(new Problem(422, { code: 'new_one', detail: 'x' })).text).toBe(
      ru.common.problems.refused,
    );
    expect(sayProblem(new Error('fetch failed')).text).toBe(ru.common.states.offline_title);
  });

  it('are as the server has them in English', async () => {
    await i18n.changeLanguage('en');
    expect(sayProblem(new Problem(403, { code: 'role', detail: 'it takes an admin' }))).toEqual({
      text: 'it takes an admin',
    });
    expect(fieldText('this is not an e-mail address')).toBe('this is not an e-mail address');
  });

  it('of fields have words for what is common', async () => {
    await i18n.changeLanguage('ru');
    expect(fieldText('this is not an e-mail address')).toBe(ru.common.fields.email);
    expect(fieldText('at most 200 characters')).toContain('200');
    expect(fieldText('a task needs a title: say what to do')).toBe(ru.common.fields.required);
    expect(fieldText('it has 301 characters; 200 at most')).toContain('200');
    expect(fieldText('something of its own')).toBe('something of its own');
    expect(fieldText(undefined)).toBeUndefined();
  });
});
