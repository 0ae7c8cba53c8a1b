const DAY = 24 * 60 * 60 * 1000;

/** The calendar day of a time as `2026-12-01`, in a time zone by its IANA name or in that of this process. */
export function dayOf(time: number, zone?: string): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...(zone !== undefined && { timeZone: zone }),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(new Date(time));
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/** `Today, 2026-12-01`, `Yesterday, …`, `Monday, …`. */
export function dayName(day: string, now: number, zone?: string): string {
  if (day === dayOf(now, zone)) return `Today, ${day}`;
  if (day === dayOf(now - DAY, zone)) return `Yesterday, ${day}`;
  const weekday = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' }).format(
    new Date(day),
  );
  return `${weekday}, ${day}`;
}

/** The beginning of the day that many days ago, in the time zone of this process. */
export function beginningOfDay(now: number, daysAgo: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysAgo).getTime();
}
