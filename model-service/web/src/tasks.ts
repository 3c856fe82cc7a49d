import type { Status } from "./types";

export interface Task {
  model: string;
  task: string;
}

/** What active models say of single vertices. */
export function tasks(status: Status | undefined): Task[] {
  return (status?.models ?? [])
    .filter((m) => m.state === "MODEL_STATE_ACTIVE")
    .flatMap((m) => (m.spec?.heads ?? []).filter((h) => h.kind !== "HEAD_KIND_LINK").map((h) => ({ model: m.name, task: h.task })));
}
