import { addDays, addUnits, type Day, daysBetween, startOf, type Unit } from './day';
import { type Clock, momentOf } from './zone';

/**
 * What a period is compared with: one rule for cards, reports, trends and the assistant. Calendar units stand beside the units before,
 * any other days beside as many before; of a running period only what has passed counts, on both sides.
 */
export interface Before {
  from: Day;
  /** A day, or the moment up to which the period before counts. */
  to: string;
  /** The last day, which belongs to it. */
  last: Day;
  /** The clock at which it ends, in minutes since midnight, where it is cut. */
  until?: number;
}

/** The period before, or the same a year earlier. `to` is the day after the last one. */
export function before([from, to]: [Day, Day], kind: 'previous' | 'year', zone: string, now: Clock): Before {
  if (kind === 'year') {
    const week = weekBefore(from, to, zone, now);
    if (week) return week;
  }
  const [unit, count] = kind === 'year' ? (['year', 1] as const) : stepOf([from, to], now);
  return moved([from, to], (day) => addUnits(unit, day, -count), zone, now);
}

function moved([from, to]: [Day, Day], back: (day: Day) => Day, zone: string, now: Clock): Before {
  if (to <= now.day || from > now.day) {
    // The last day goes back, not the one after it: of 28 February that is the 28th in a leap year too. A whole month ends with
    // the month, whichever day that is.
    const isWhole = startOf('month', from) === from && startOf('month', to) === to;
    const end = isWhole ? back(to) : addDays(back(addDays(to, -1)), 1);
    return { from: back(from), to: end, last: addDays(end, -1) };
  }
  const last = back(now.day);
  const until = momentOf(zone, { day: last, minutes: now.minutes });
  return { from: back(from), to: until.toISOString(), last, until: now.minutes };
}

/** A week of the calendar beside the week of the same number a year earlier; the 53rd beside the 52nd. */
function weekBefore(from: Day, to: Day, zone: string, now: Clock): Before | null {
  const isWhole = startOf('week', from) === from && daysBetween(from, to) === 7;
  const isRunning = startOf('week', now.day) === from && to > now.day;
  if (!isWhole && !isRunning) return null;
  const { year, week } = weekOf(from);
  const begin = mondayOf(year - 1, week);
  const there = weekOf(begin).year === year - 1 ? begin : addDays(begin, -7);
  const days = daysBetween(there, from);
  return moved([from, to], (day) => addDays(day, -days), zone, now);
}

/** The ISO year and number of the week that begins there. */
function weekOf(monday: Day): { year: number; week: number } {
  const year = Number(addDays(monday, 3).slice(0, 4));
  return { year, week: daysBetween(mondayOf(year, 1), monday) / 7 + 1 };
}

/** The Monday of a week: the first one of a year is that of 4 January. */
function mondayOf(year: number, week: number): Day {
  return addDays(startOf('week', `${String(year).padStart(4, '0')}-01-04`), (week - 1) * 7);
}

/** How far back the period before lies: calendar units where it is made of them, else as many days. */
export function stepOf([from, to]: [Day, Day], now: Clock): [Unit, number] {
  if (to > now.day && from <= now.day) {
    const running = (['day', 'week', 'month', 'quarter', 'year'] as const).find(
      (unit) => startOf(unit, now.day) === from,
    );
    return running ? [running, 1] : ['day', daysBetween(from, addDays(now.day, 1))];
  }
  const whole = (['year', 'quarter', 'month', 'week'] as const).find(
    (unit) => startOf(unit, from) === from && startOf(unit, to) === to,
  );
  if (!whole) return ['day', daysBetween(from, to)];
  let count = 1;
  while (addUnits(whole, from, count) < to) count += 1;
  return [whole, count];
}
