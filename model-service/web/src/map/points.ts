// The points of one map, column by column: twenty thousand of them are read and drawn several times a second.
import type { MapReply } from "../types";

export interface Points {
  version: string;
  task: string;
  classNames: string[];
  ids: string[];
  x: Float32Array;
  y: Float32Array;
  /** Index into classNames; its length: none. */
  classIndex: Uint32Array;
  partition: Uint32Array;
  /** Seconds since the oldest event behind the embedding was accepted; NaN: not known. */
  age: Float32Array;
  at: Map<string, number>;
  /** How many embeddings there are; more than ids: these are a sample. */
  vertices: number;
  explainedVariance?: number;
  axesRevision: string;
}

/** Points without a place (a number that is none) stay in the columns, so that ids keep their index; nothing draws or finds them. */
export function points(reply: MapReply): Points {
  const ids = reply.nodeIds;
  for (const [name, column] of Object.entries({ x: reply.x, y: reply.y, class_index: reply.classIndex, partition: reply.partition, age_s: reply.ageS })) {
    if (column.length !== ids.length) {
      throw new Error(`The map has ${ids.length} node_ids and ${column.length} of ${name}: one each is needed.`);
    }
  }
  return {
    version: reply.modelVersion,
    task: reply.task,
    classNames: reply.classNames,
    ids,
    x: floats(reply.x),
    y: floats(reply.y),
    classIndex: new Uint32Array(reply.classIndex),
    partition: new Uint32Array(reply.partition),
    age: floats(reply.ageS),
    at: new Map(ids.map((id, i) => [id, i])),
    vertices: Number(reply.vertices),
    explainedVariance: reply.explainedVariance,
    axesRevision: reply.axesRevision,
  };
}

/** JSON has "NaN" and "Infinity" as strings. */
function floats(column: (number | string)[]): Float32Array {
  const floats = new Float32Array(column.length);
  for (let i = 0; i < column.length; i++) {
    floats[i] = Number(column[i]);
  }
  return floats;
}
