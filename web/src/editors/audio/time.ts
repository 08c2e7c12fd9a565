/** Seconds: rounded to a millisecond, as the server keeps them, and as people read them. */

export function toMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** 3725.5 as 1:02:05.500, with as many decimals as asked for; 65 as 1:05. */
export function clockText(seconds: number, decimals = 3): string {
  const unit = 10 ** decimals;
  const ticks = Math.max(Math.round(seconds * unit), 0);
  const whole = Math.floor(ticks / unit);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  const head = hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  return decimals === 0 ? head : `${head}.${String(ticks % unit).padStart(decimals, "0")}`;
}

const STEPS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
];

/** How far apart the ticks of a ruler are, and how many decimals they need, when one must have so many seconds of room. */
export function rulerStep(least: number): { readonly step: number; readonly decimals: number } {
  const step = STEPS.find((one) => one >= least) ?? Math.ceil(least / 14_400) * 14_400;
  return { step, decimals: step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3 };
}
