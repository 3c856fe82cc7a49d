import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, get } from "./api";

export interface Polled<T> {
  value?: T;
  error?: ApiError | Error;
}

/** Reads a resource again and again while the page is visible; the last value stays when a read fails. */
export function usePolled<T>(path: string, everyMs: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({});
  useEffect(() => {
    const end = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      if (!document.hidden) {
        try {
          const value = await get<T>(path, end.signal);
          setPolled({ value });
        } catch (error) {
          if (end.signal.aborted) {
            return;
          }
          setPolled((last) => ({ value: last.value, error: error as Error }));
        }
      }
      if (!end.signal.aborted) {
        timer = setTimeout(read, everyMs);
      }
    };
    void read();
    return () => {
      end.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs]);
  return polled;
}

/** The samples of the last minutes, one a change of the value. */
export function useHistory<T>(value: T | undefined, sample: (value: T) => number[], most: number): number[][] {
  const rows = useRef<number[][]>([]);
  const seen = useRef<T | undefined>(undefined);
  if (value !== undefined && value !== seen.current) {
    seen.current = value;
    rows.current = [...rows.current, [Date.now() / 1000, ...sample(value)]].slice(-most);
  }
  return rows.current;
}

/** The part of the address behind the #, such as "/vertex/a". */
export function useRoute(): string {
  const [route, setRoute] = useState(location.hash.slice(1) || "/");
  useEffect(() => {
    const change = () => setRoute(location.hash.slice(1) || "/");
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return route;
}
