/** The language of the page: chosen by the person, kept on the device and in their account. */

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { speakAs } from "@/api/call";
import { type Facts, type Language, languageOf, say, type Text } from "@/core/words";

const KEY = "galley.language";

interface Speech {
  readonly language: Language;
  /** A text in the page's language. */
  t(text: Text, facts?: Facts): string;
  setLanguage(language: Language): void;
  /** Numbers, times and shares as the language writes them. */
  readonly format: Formats;
}

export interface Formats {
  number(value: number, digits?: number): string;
  percent(share: number, digits?: number): string;
  date(time: string | number | Date): string;
  time(time: string | number | Date): string;
  /** 1 h 20 min */
  duration(seconds: number): string;
  bytes(bytes: number): string;
}

const SpeechContext = createContext<Speech | null>(null);

export function SpeechProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, choose] = useState<Language>(() => languageOf(localStorage.getItem(KEY), navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  speakAs(() => language);
  const setLanguage = useCallback((next: Language) => {
    localStorage.setItem(KEY, next);
    choose(next);
  }, []);
  const speech = useMemo<Speech>(
    () => ({ language, setLanguage, t: (text, facts) => say(text, language, facts), format: formatsOf(language) }),
    [language, setLanguage],
  );
  return <SpeechContext.Provider value={speech}>{children}</SpeechContext.Provider>;
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === null) throw new Error("useSpeech outside SpeechProvider");
  return speech;
}

export function formatsOf(language: Language): Formats {
  const locale = language === "zh" ? "zh-CN" : "en";
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const units = language === "zh" ? { h: "小时", m: "分", s: "秒" } : { h: "h", m: "min", s: "s" };
  return {
    number: (value, digits = 0) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value),
    percent: (share, digits = 1) =>
      new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(share),
    date: (time) => day.format(new Date(time)),
    time: (time) => moment.format(new Date(time)),
    duration: (seconds) => {
      const whole = Math.round(seconds);
      const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
      if (h > 0) return `${h} ${units.h} ${m} ${units.m}`;
      return m > 0
        ? `${m} ${units.m} ${s} ${units.s}`
        : `${seconds < 10 ? Math.round(seconds * 10) / 10 : s} ${units.s}`;
    },
    bytes: (bytes) => {
      const steps = ["B", "KB", "MB", "GB", "TB"];
      const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), steps.length - 1);
      return `${new Intl.NumberFormat(locale, { maximumFractionDigits: step === 0 ? 0 : 1 }).format(bytes / 1000 ** step)} ${steps[step]}`;
    },
  };
}
