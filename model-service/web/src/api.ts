// Calls of the service this page comes from. Errors are problem documents (RFC 9457) and are thrown as what they say.
import { createParser } from "eventsource-parser";

const TOKEN = "anabranch-token";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }

  /** The service has no such call: it is older than this page. What it does not find by name, it gives a reason for. */
  get unknownCall(): boolean {
    return this.reason === "" && [404, 405, 501].includes(this.status);
  }
}

/** Kept for this tab only. */
export function setToken(token: string): void {
  if (token) {
    sessionStorage.setItem(TOKEN, token);
  } else {
    sessionStorage.removeItem(TOKEN);
  }
}

export function hasToken(): boolean {
  return sessionStorage.getItem(TOKEN) !== null;
}

function headers(more: Record<string, string>): Record<string, string> {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { ...more, Authorization: `Bearer ${token}` } : more;
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) {
    return response;
  }
  const body = await response.text();
  try {
    const problem = JSON.parse(body) as { detail?: string; title?: string; reason?: string };
    throw new ApiError(response.status, problem.reason ?? "", problem.detail ?? problem.title ?? response.statusText);
  } catch (error) {
    if (error instanceof ApiError) {
      throw error;
    }
    throw new ApiError(response.status, "", `${response.status} ${response.statusText}`);
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await checked(await fetch(path, { headers: headers({ Accept: "application/json" }), signal }));
  return (await response.json()) as T;
}

export async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const response = await checked(
    await fetch(path, {
      method: "POST",
      headers: headers({ "Content-Type": "application/json", Accept: "application/json" }),
      body: JSON.stringify(body),
      signal,
    }),
  );
  return (await response.json()) as T;
}

/**
 * Follows server-sent events until the signal ends it; reconnects with the last id. EventSource itself cannot send a token.
 * An answer that is an error ends it: that is thrown.
 */
export async function follow<T>(path: string, signal: AbortSignal, take: (message: T) => void, state: (live: boolean) => void) {
  let last = "";
  let pause = 500;
  while (!signal.aborted) {
    try {
      const response = await checked(
        await fetch(path, { headers: headers({ Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) }), signal }),
      );
      state(true);
      pause = 500;
      const parser = createParser({
        onEvent(event) {
          last = event.id ?? last;
          take(JSON.parse(event.data) as T);
        },
      });
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        parser.feed(chunk.value);
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) {
        throw error;
      }
    }
    state(false);
    await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(pause * 2, 10_000);
  }
}
