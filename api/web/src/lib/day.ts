/** Calendar days as `YYYY-MM-DD`, without a zone: what people choose and the API takes as midnight in the workspace's zone. */
export type Day = string;

const MS = 86_400_000;

function utc(day: Day): Date {
  return new Date(`${day}T00:00:00Z`);
}

function text(date: Date): Day {
  return date.toISOString().slice(0, 10);
}

export function addDays(day: Day, days: number): Day {
  return text(new Date(utc(day).getTime() + days * MS));
}

/** A day that a month lacks is its last day. */
export function addMonths(day: Day, months: number): Day {
  const date = utc(day);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date.getUTCDate(), last));
  return text(first);
}

export function daysBetween(from: Day, to: Day): number {
  return Math.round((utc(to).getTime() - utc(from).getTime()) / MS);
}

export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** The first day of the unit that holds the day; weeks begin on Monday. */
export function startOf(unit: Unit, day: Day): Day {
  const date = utc(day);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  switch (unit) {
    case 'day':
      return day;
    case 'week':
      return addDays(day, -((date.getUTCDay() + 6) % 7));
    case 'month':
      return text(new Date(Date.UTC(year, month, 1)));
    case 'quarter':
      return text(new Date(Date.UTC(year, month - (month % 3), 1)));
    case 'year':
      return text(new Date(Date.UTC(year, 0, 1)));
  }
}

/** So many units later. */
export function addUnits(unit: Unit, day: Day, count: number): Day {
  switch (unit) {
    case 'day':
      return addDays(day, count);
    case 'week':
      return addDays(day, count * 7);
    case 'month':
      return addMonths(day, count);
    case 'quarter':
      return addMonths(day, count * 3);
    case 'year':
      return addMonths(day, count * 12);
  }
}

export function isDay(value: unknown): value is Day {
  return (
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(utc(value).getTime())
  );
}
