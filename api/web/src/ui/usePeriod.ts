import { useMemo, useState } from 'react';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatMinutes, formatSpan } from '~/lib/format';
import { type Period, type PeriodSearch, resolvePeriod, type Span } from '~/lib/period';
import { clockIn } from '~/lib/zone';

/** The moment for which pages of this visit are asked; cut to five minutes, so that a card and its neighbour agree. */
const STEP = 5 * 60_000;

export interface Told extends Period {
  zone: string;
  today: string;
  /** A span for people; null for all time. */
  say: (span: Span | undefined) => string | null;
}

export function usePeriod(search: PeriodSearch): Told {
  const zone = useWorkspace().time_zone;
  const language = useLanguage();
  const [now] = useState(() => new Date(Math.floor(Date.now() / STEP) * STEP));
  const { period, from, to, compare } = search;
  return useMemo(() => {
    const clock = clockIn(zone, now);
    const resolved = resolvePeriod({ period, from, to, compare }, zone, clock);
    const say = (span: Span | undefined) => {
      const days = span && formatSpan(span, language, clock.day);
      return days && span.until !== undefined ? `${days}, ${formatMinutes(span.until)}` : (days ?? null);
    };
    return { ...resolved, zone, today: clock.day, say };
  }, [zone, now, period, from, to, compare, language]);
}
