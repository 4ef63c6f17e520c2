// Moments in the reader's own time, and how far away they are.

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** A moment, in seconds since 1970. */
export function moment(seconds: number, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  return format.format(new Date(seconds * 1000));
}

/** How far a moment is from now: "in 3 minutes", "2 days ago". */
export function distance(seconds: number, now: number, locale: string): string {
  const away = seconds - now;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(away) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(
    Math.trunc(away / size),
    unit,
  );
}

/** A length of time in its largest unit: "21 days". */
export function length(seconds: number, locale: string): string {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size && seconds % size === 0) ?? [
    "second",
    1,
  ];
  const format = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
  return format.format(Math.floor(seconds / size));
}
