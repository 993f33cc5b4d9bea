import type { ReactNode } from 'react';
import classes from './Tag.module.css';

/** A word about a record. Told by its text, the tone only repeats it. */
export function Tag({ children, tone }: { children: ReactNode; tone?: 'good' | 'bad' | 'warn' | 'accent' }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  );
}
