export type LocalHour = {
  /** 0 to 23. */
  hour: number;
  /** 0 is Sunday. */
  weekday: number;
};

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * @param timezone IANA
 * @returns tells for ms since the epoch which hour of which weekday it is there
 * @throws RangeError for a time zone that there is not
 */
export function calendarOf(timezone: string): (timeMs: number) => LocalHour {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  return (timeMs) => {
    const parts = format.formatToParts(timeMs);
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
    return { hour: Number(part('hour')), weekday: WEEKDAYS.indexOf(part('weekday')) };
  };
}
