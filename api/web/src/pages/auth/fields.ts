import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import { fieldText, problemLine } from '~/app/problems';

export type Errors<Name extends string> = Partial<Record<Name, string>>;

/** What can be told without asking the server; it asks the same. */
const RULES: Record<string, (value: string, t: TFunction) => string | null> = {
  name: (value, t) => (value.trim() ? null : t('auth.errors.required')),
  email: (value, t) => (/^[^@\s]+@[^@\s.][^@\s]*$/.test(value.trim()) ? null : t('auth.errors.email')),
  password: (value, t) => ([...value].length >= 8 ? null : t('auth.errors.password')),
};

/** Values and errors of a small form. An error goes when its field is changed. */
export function useFields<Name extends string>(initial: Record<Name, string>, strict = true) {
  const { t } = useTranslation();
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors<Name>>({});

  const set = (name: Name, value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors((before) => ({ ...before, [name]: undefined }));
  };
  const bind = (name: Name) => ({
    name,
    value: values[name],
    error: errors[name],
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
  });
  const check = (): boolean => {
    const found: Errors<Name> = {};
    for (const name of Object.keys(values) as Name[]) {
      const rule = strict ? RULES[name] : undefined;
      const wrong = rule ? rule(values[name], t) : null;
      if (wrong) found[name] = wrong;
    }
    setErrors(found);
    return Object.keys(found).length === 0;
  };
  /** Puts the server's words to their fields; what belongs to none is the answer. */
  const refuse = (error: unknown): string | null => {
    const problem = asProblem(error);
    const own = Object.entries(problem.fields).filter(([name]) => name in values);
    if (own.length > 0) {
      setErrors(Object.fromEntries(own.map(([name, text]) => [name, fieldText(text)])) as Errors<Name>);
      return null;
    }
    return problemLine(problem);
  };
  return { values, bind, set, check, refuse };
}
