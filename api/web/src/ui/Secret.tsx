import classes from './Secret.module.css';

/** A text to be taken away: selected whole at a click. */
export function Secret({ text, label }: { text: string; label: string }) {
  return (
    <input
      className={classes.secret}
      readOnly
      value={text}
      aria-label={label}
      onFocus={(event) => event.currentTarget.select()}
      spellCheck={false}
    />
  );
}
