import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, get } from "./api";

/** How long nothing is asked of a service that does not know the call. */
const UNKNOWN_CALL_MS = 30_000;

export interface Polled<T> {
  value?: T;
  error?: ApiError | Error;
}

/** Reads a resource again and again while the tab can be seen; the last value stays when a read fails. */
export function usePolled<T>(path: string, everyMs: number): Polled<T> {
  return useRepeated((signal) => get<T>(path, signal), path, everyMs);
}

/** The same of any read. Another key begins anew; the pause counts from an answer, so that a slow service is not asked faster than it answers. */
export function useRepeated<T>(read: (signal: AbortSignal) => Promise<T>, key: string, everyMs: number, on = true): Polled<T> {
  const [polled, setPolled] = useState<Polled<T> & { key: string }>({ key });
  useEffect(() => {
    if (!on) {
      return;
    }
    const end = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let reading = false;
    const round = async () => {
      clearTimeout(timer);
      if (document.hidden || reading) {
        return;
      }
      reading = true;
      let pause = everyMs;
      try {
        const value = await read(end.signal);
        setPolled({ key, value });
      } catch (error) {
        if (end.signal.aborted) {
          return;
        }
        pause = error instanceof ApiError && error.unknownCall ? UNKNOWN_CALL_MS : everyMs;
        setPolled((last) => ({ key, value: last.key === key ? last.value : undefined, error: error as Error }));
      } finally {
        reading = false;
      }
      if (!end.signal.aborted) {
        timer = setTimeout(round, pause);
      }
    };
    void round();
    document.addEventListener("visibilitychange", round);
    return () => {
      end.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", round);
    };
  }, [key, everyMs, on]);
  // The answer to another question is none to this one.
  return polled.key === key ? polled : {};
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

const kept = new Map<string, unknown>();

/** State that outlives a visit to another page, until the tab is loaded anew. */
export function useKept<T>(name: string, initial: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(kept.has(name) ? (kept.get(name) as T) : initial);
  return [
    value,
    (next) => {
      kept.set(name, next);
      setValue(next);
    },
  ];
}

/** Whether a media query holds, now and when that changes. */
export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = () => setHolds(list.matches);
    list.addEventListener("change", change);
    return () => list.removeEventListener("change", change);
  }, [query]);
  return holds;
}

export interface Route {
  page: string;
  /** The second part, such as the id in "/vertex/a"; empty if there is none. */
  id: string;
}

/** The part of the address behind the #. */
export function useRoute(): Route {
  const [route, setRoute] = useState(routeNow);
  useEffect(() => {
    const change = () => setRoute(routeNow());
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return route;
}

function routeNow(): Route {
  const [, page = "", id = ""] = location.hash.slice(1).split("/");
  return { page: `/${page}`, id: decoded(id) };
}

/** A % that stands for itself, typed into the address, is no fault. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
