import type { Span } from './period';
import { clockIn } from './zone';

/** A half-open span of an answer as days on the workspace's clock, both included. A date has no zone: it is a day already. */
export function spanOf(from: string, to: string, zone: string): Span {
  const day = (text: string, back: number) => {
    const isDate = text.length === 10;
    const moment = new Date(new Date(isDate ? `${text}T00:00:00Z` : text).getTime() - back);
    return clockIn(isDate ? 'UTC' : zone, moment).day;
  };
  return { from, to, days: [day(from, 0), day(to, 1)] };
}
