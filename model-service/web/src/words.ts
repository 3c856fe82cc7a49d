// Numbers and names as people read them.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function count(value: string | number | undefined): string {
  return value === undefined ? "–" : whole.format(Number(value));
}

export function millis(value: number | undefined): string {
  if (value === undefined) {
    return "–";
  }
  return value < 10 ? `${value.toFixed(1)} ms` : value < 10_000 ? `${whole.format(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

export function rate(value: number | undefined): string {
  return value === undefined ? "–" : `${value < 10 ? value.toFixed(1) : whole.format(value)}/s`;
}

export function decimal(value: number, digits = 4): string {
  return value.toFixed(digits);
}

/** MODEL_STATE_ACTIVE as "active". */
export function enumName(value: string, prefix: string): string {
  return value.replace(prefix, "").toLowerCase().replaceAll("_", " ");
}

export function age(sinceMs: string | undefined): string {
  if (!sinceMs || sinceMs === "0") {
    return "–";
  }
  const seconds = (Date.now() - Number(sinceMs)) / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : seconds < 3600 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3600).toFixed(0)} h`;
}
