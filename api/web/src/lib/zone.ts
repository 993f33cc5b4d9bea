import type { Day } from './day';

/** What a clock in a zone shows. */
export interface Clock {
  day: Day;
  /** Minutes since midnight. */
  minutes: number;
}

export function clockIn(zone: string, at: Date): Clock {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const get = (type: string) => parts.find((part) => part.type === type)?.value ?? '0';
  return {
    day: `${get('year').padStart(4, '0')}-${get('month')}-${get('day')}`,
    minutes: Number(get('hour')) * 60 + Number(get('minute')),
  };
}

/** The moment at which the zone's clock shows that. A time that the clock skips is the one an hour on. */
export function momentOf(zone: string, clock: Clock): Date {
  const wanted = new Date(`${clock.day}T00:00:00Z`).getTime() + clock.minutes * 60_000;
  const shown = (at: number) => {
    const seen = clockIn(zone, new Date(at));
    return new Date(`${seen.day}T00:00:00Z`).getTime() + seen.minutes * 60_000;
  };
  // Two steps reach it: the second one corrects for a change of the clock between guess and goal.
  let at = wanted - (shown(wanted) - wanted);
  at += wanted - shown(at);
  return new Date(at);
}

/** The zone of this browser. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
