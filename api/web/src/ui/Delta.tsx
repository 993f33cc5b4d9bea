import { IconArrowDownRight, IconArrowRight, IconArrowUpRight } from '@tabler/icons-react';
import { useLanguage } from '~/app/language';
import { formatChange } from '~/lib/format';
import classes from './Delta.module.css';

interface DeltaProps {
  /** As a share: 0.1 is 10 % more. */
  change: number | null;
  /** Less is better: refunds. */
  inverse?: boolean;
}

/** A change: sign and arrow tell it, the colour only repeats it. */
export function Delta({ change, inverse }: DeltaProps) {
  const language = useLanguage();
  if (change === null) return null;
  const Icon = change > 0 ? IconArrowUpRight : change < 0 ? IconArrowDownRight : IconArrowRight;
  const tone = change === 0 ? 'flat' : change > 0 !== Boolean(inverse) ? 'good' : 'bad';
  return (
    <span className={classes.delta} data-tone={tone}>
      <Icon size={14} aria-hidden />
      {formatChange(change, language)}
    </span>
  );
}
