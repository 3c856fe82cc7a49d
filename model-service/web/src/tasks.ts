import type { Model, Status } from "./types";

export interface Task {
  model: string;
  task: string;
}

/** What active models say of single vertices. */
export function tasks(status: Status | undefined): Task[] {
  return active(status).flatMap(ofVertices);
}

/** The same, and models that say nothing of single vertices with an empty task: they have embeddings all the same. */
export function maps(status: Status | undefined): Task[] {
  return active(status).flatMap((m) => (ofVertices(m).length > 0 ? ofVertices(m) : [{ model: m.name, task: "" }]));
}

function active(status: Status | undefined): Model[] {
  return (status?.models ?? []).filter((m) => m.state === "MODEL_STATE_ACTIVE");
}

function ofVertices(model: Model): Task[] {
  return (model.spec?.heads ?? []).filter((h) => h.kind !== "HEAD_KIND_LINK").map((h) => ({ model: model.name, task: h.task }));
}
