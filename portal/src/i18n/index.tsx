// The page's texts, by language, and numbers and times as that language writes them.

import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { coins, decimal, percent, prefixed } from "../format/amount";
import { distance, length, moment } from "../format/time";
import { keep, recall } from "../storage";
import { asTrouble } from "../trouble";
import { en, type Key, type Texts } from "./en";

export const LANGUAGES = { en: "English", ar: "العربية", fr: "Français" } as const;
export type Language = keyof typeof LANGUAGES;

/** Languages other than English come when they are asked for. */
const LOAD: Record<Language, () => Promise<Texts>> = {
  en: () => Promise.resolve(en),
  ar: () => import("./ar").then((found) => found.ar),
  fr: () => import("./fr").then((found) => found.fr),
};

export type Values = Record<string, string | number | bigint>;

export interface Say {
  language: Language;
  setLanguage(language: Language): void;
  /** A text, with `{name}` replaced by values. */
  t(key: Key, values?: Values): string;
  /** What something that was thrown means for the reader. */
  trouble(thrown: unknown): string;
  number(value: number | bigint): string;
  /** `12.5` of micro-coins, without and with the unit. */
  coins(micro: string | bigint): string;
  coinsUnit(micro: string | bigint): string;
  ops(ops: string | bigint): string;
  rate(rate: string | bigint): string;
  percent(part: number): string;
  bps(parts: number): string;
  /** An amount of a denom of the bank's. */
  native(amount: string | bigint, denom: string): string;
  moment(seconds: number): string;
  distance(seconds: number, now: number): string;
  length(seconds: number): string;
}

const Context = createContext<Say | null>(null);

export function useSay(): Say {
  const say = useContext(Context);
  if (!say) throw new Error("no language around");
  return say;
}

function preferred(): Language {
  const kept = recall("language");
  const wanted = [kept, ...navigator.languages.map((one) => one.slice(0, 2))];
  return wanted.find((one): one is Language => one !== null && one in LANGUAGES) ?? "en";
}

/** Replaces `{name}` by values; a name without a value stays, so that it is seen. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** `ustake` is a millionth of `STAKE`; other denoms are shown as they are. */
export function nativeUnit(denom: string): { unit: string; places: number } {
  const micro = /^u[a-z]/.test(denom) && !denom.includes("/");
  return micro ? { unit: denom.slice(1).toUpperCase(), places: 6 } : { unit: denom, places: 0 };
}

export function makeSay(
  language: Language,
  texts: Texts,
  setLanguage: (language: Language) => void,
): Say {
  const t = (key: Key, values: Values = {}) => fill(texts[key], values);
  return {
    language,
    setLanguage,
    t,
    trouble: (thrown) => {
      const { what, values } = asTrouble(thrown);
      return t(`trouble_${what}`, values);
    },
    number: (value) => new Intl.NumberFormat(language).format(value),
    coins: (micro) => coins(micro, language),
    coinsUnit: (micro) => t("amount_coins", { amount: coins(micro, language) }),
    ops: (ops) => prefixed(ops, ` ${t("unit_ops")}`, language),
    rate: (rate) => prefixed(rate, "OPS", language),
    percent: (part) => percent(part, language),
    bps: (parts) => percent(parts / 10_000, language),
    native: (amount, denom) => {
      const { unit, places } = nativeUnit(denom);
      return `${decimal(BigInt(amount), 10n ** BigInt(places), places, language)} ${unit}`;
    },
    moment: (seconds) => moment(seconds, language),
    distance: (seconds, now) => distance(seconds, now, language),
    length: (seconds) => length(seconds, language),
  };
}

export function Languages({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(preferred);
  const [texts, setTexts] = useState<{ language: Language; texts: Texts }>();
  useEffect(() => {
    let over = false;
    // A language that cannot be loaded leaves the page readable in English.
    LOAD[language]()
      .catch(() => en)
      .then((texts) => over || setTexts({ language, texts }));
    return () => {
      over = true;
    };
  }, [language]);
  useEffect(() => {
    if (!texts) return;
    document.documentElement.lang = texts.language;
    document.documentElement.dir = texts.language === "ar" ? "rtl" : "ltr";
  }, [texts]);
  const say = useMemo(() => {
    const choose = (chosen: Language) => {
      keep("language", chosen);
      setLanguage(chosen);
    };
    return texts && makeSay(texts.language, texts.texts, choose);
  }, [texts]);
  return say ? <Context value={say}>{children}</Context> : null;
}
