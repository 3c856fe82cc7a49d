// The JSON form of the service's messages (proto/anabranch/v1), as far as the page reads them. 64-bit numbers come as strings.

export interface Status {
  ready: boolean;
  pending: string[];
  featureDimension: number;
  partitions: number;
  vertices: string;
  edges: string;
  labels: string;
  events: string;
  deadLetters: string;
  freshness?: Times;
  models: Model[];
  topics: Topic[];
  stages: (Times & { stage: string })[];
  progress: { partition: number; positions: string[] }[];
  sharedAggregations: SharedAggregation[];
}

export interface Times {
  count: string;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

export interface Topic {
  topic: string;
  partitions: number;
  records: string;
  lag: string;
}

export interface SharedAggregation {
  rows: string;
  directAggregations: string;
  sharedAggregations: string;
  directTransfers: string;
  sharedTransfers: string;
  edits: string;
  rebuilds: string;
  failedRebuilds: string;
  rebuilding: boolean;
}

export interface Model {
  name: string;
  version: string;
  state: string;
  spec?: ModelSpec;
  provenance?: Record<string, unknown>;
  coveredPartitions: number;
  embeddings: string;
  aliases: string[];
  canaryPercent?: number;
  shadowPercent?: number;
  served?: { requests: string; errors: string; meanLatencyMs: number };
}

export interface ModelSpec {
  name: string;
  featureDimension: number;
  layers?: { convolution?: string; outputWidth?: number }[];
  heads?: { task: string; kind: string; classNames?: string[] }[];
}

export interface Freshness {
  acceptedTimeMs?: string;
}

export interface Classification {
  nodeId: string;
  classNames: string[];
  scores: { className: string; probability: number }[];
  value?: number;
  freshness?: Freshness;
}

export interface WatchMessage {
  kind: string;
  modelVersion: string;
  task: string;
  classifications: Classification[];
  missingNodeIds: string[];
  resumeToken: string;
  reason: string;
}

export interface SimilarNode {
  nodeId: string;
  score: number;
}

export interface ExplainedScore {
  value: number;
  probability?: number;
}

export interface EdgeContribution {
  source: string;
  target: string;
  type: string;
  weight: number;
  provenance: string;
  contribution: number;
  eventTimeMs: string;
  without?: ExplainedScore;
}

export interface NodeContribution {
  nodeId: string;
  distance: number;
  contribution: number;
  eventTimeMs: string;
}

export interface Explanation {
  modelVersion: string;
  className: string;
  served?: ExplainedScore;
  recomputed?: ExplainedScore;
  matchesServed: boolean;
  constants: number;
  edges: EdgeContribution[];
  edgeCount: number;
  nodes: NodeContribution[];
  nodeCount: number;
  changes: { eventTimeMs: string; edge?: EdgeContribution; node?: NodeContribution }[];
}
