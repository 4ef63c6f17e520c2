// Numbers with their units. All round down: nobody is told of more than there is.

/** Micro-coins in a coin. */
export const MICRO = 1_000_000n;

const PREFIXES: [bigint, string][] = [
  [10n ** 18n, "E"],
  [10n ** 15n, "P"],
  [10n ** 12n, "T"],
  [10n ** 9n, "G"],
  [10n ** 6n, "M"],
  [10n ** 3n, "k"],
];

/** `amount / unit` with up to `places` decimals, as many as it takes, in a locale's digits. */
export function decimal(amount: bigint, unit: bigint, places: number, locale: string): string {
  if (amount < 0n) return `−${decimal(-amount, unit, places, locale)}`;
  const whole = new Intl.NumberFormat(locale).format(amount / unit);
  let left = ((amount % unit) * 10n ** BigInt(places)) / unit;
  if (left === 0n) return whole;
  let digits = places;
  while (left % 10n === 0n) {
    left /= 10n;
    digits -= 1;
  }
  const format = new Intl.NumberFormat(locale, {
    minimumIntegerDigits: digits,
    useGrouping: false,
  });
  return whole + separator(locale) + format.format(left);
}

function separator(locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.find((part) => part.type === "decimal")?.value ?? ".";
}

/** Micro-coins as coins, without a unit. */
export function coins(micro: bigint | string, locale: string): string {
  return decimal(BigInt(micro), MICRO, 6, locale);
}

/**
 * Ops, or ops per second, with the largest prefix below it: `1.5 TOPS` of `OPS`, `1.5 T ops`
 * of ` ops`.
 */
export function prefixed(number: bigint | string, unit: string, locale: string): string {
  const amount = BigInt(number);
  const found = PREFIXES.find(([size]) => amount >= size);
  if (!found) return `${decimal(amount, 1n, 0, locale)} ${unit.trim()}`;
  const [size, prefix] = found;
  return `${decimal(amount, size, 2, locale)} ${prefix}${unit}`;
}

/** A part such as `0.125` or 1250 of 10 000 as a percentage, with two decimals at most. */
export function percent(part: number, locale: string): string {
  const floor = Math.floor(part * 10_000 + 1e-9) / 10_000;
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }).format(
    floor,
  );
}

/** What somebody typed as coins, in micro-coins; null if it is no amount or too fine. */
export function parseCoins(text: string): bigint | null {
  const found = /^(\d{1,30})(?:[.,](\d{1,6}))?$/.exec(
    latin(text.trim().replace(/[\s\u00a0\u202f]/g, "")),
  );
  if (!found) return null;
  const [, whole = "0", fraction = ""] = found;
  return BigInt(whole) * MICRO + BigInt(fraction.padEnd(6, "0"));
}

/** Micro-coins as {@link parseCoins} reads them. */
export function plainCoins(micro: bigint): string {
  const fraction = (micro % MICRO).toString().padStart(6, "0").replace(/0+$/, "");
  return fraction ? `${micro / MICRO}.${fraction}` : `${micro / MICRO}`;
}

/** Arabic-Indic digits and separator as the others. */
function latin(text: string): string {
  return text.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace("٫", ".");
}

/** `amount × by / of`, rounded down; 0 where `of` is 0. */
export function scaled(amount: bigint, by: bigint, of: bigint): bigint {
  return of === 0n ? 0n : (amount * by) / of;
}
