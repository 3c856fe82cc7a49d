// Numbers and names as people read them.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function count(value: string | number | undefined): string {
  return value === undefined ? "–" : whole.format(Number(value));
}

export function millis(value: number | undefined): string {
  if (value === undefined) {
    return "–";
  }
  return value < 10 ? `${value.toFixed(1)} ms` : value < 10_000 ? `${whole.format(value)} ms` : value < 120_000 ? `${(value / 1000).toFixed(1)} s` : span(value / 1000);
}

export function rate(value: number | undefined): string {
  return value === undefined ? "–" : `${value < 10 ? value.toFixed(1) : whole.format(value)}/s`;
}

export function decimal(value: number, digits = 4): string {
  return value.toFixed(digits);
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const calendar = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });

/** 14:03:59 of today, 2026-11-30 14:03 of another day, in the reader's time zone. */
export function time(ms: number): string {
  const day = calendar.format(ms);
  return day === calendar.format(Date.now()) ? clock.format(ms) : `${day} ${clock.format(ms).slice(0, 5)}`;
}

/** The time of an event, which a producer may have left open. */
export function eventTime(ms: string | undefined): string {
  return !ms || ms === "0" ? "–" : time(Number(ms));
}

/** MODEL_STATE_ACTIVE as "active". */
export function enumName(value: string, prefix: string): string {
  return value.replace(prefix, "").toLowerCase().replaceAll("_", " ");
}

/** How long something lasts. */
export function span(seconds: number): string {
  if (seconds < 60) {
    return `${Math.max(0, seconds).toFixed(seconds < 10 && !Number.isInteger(seconds) ? 1 : 0)} s`;
  }
  const minutes = seconds / 60;
  return minutes < 60 ? `${minutes.toFixed(0)} min` : minutes < 2880 ? `${(minutes / 60).toFixed(0)} h` : `${(minutes / 1440).toFixed(0)} days`;
}

export function age(sinceMs: string | undefined): string {
  return !sinceMs || sinceMs === "0" ? "–" : span((Date.now() - Number(sinceMs)) / 1000);
}
