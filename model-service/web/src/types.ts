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
  // Not told by services older than this page.
  processors?: ProcessorReport[];
  observedEdges?: string;
  learnedEdges?: string;
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
  provenance?: Provenance;
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
  sentTimeMs?: string;
  partition?: number;
  position?: string;
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

export interface ProcessorReport {
  instanceId: string;
  state: string;
  reportedMs: string;
  pending?: string[];
  liveModels?: number;
  activePartitions?: number[];
  standbyPartitions?: number[];
  restoring?: Restore[];
}

export interface Restore {
  topic: string;
  partition: number;
  restored: string;
  total: string;
}

export interface MapReply {
  modelVersion: string;
  task: string;
  classNames: string[];
  nodeIds: string[];
  x: (number | string)[];
  y: (number | string)[];
  classIndex: number[];
  partition: number[];
  ageS: (number | string)[];
  vertices: string;
  explainedVariance?: number;
  axesRevision: string;
}

export interface GraphNode {
  id: string;
  type: string;
  partition: number;
  inEdges: string;
  outEdges: string;
  eventTimeMs: string;
  features?: { dense?: { values: number[] }; sparse?: { dimension: number; indices: number[]; values: number[] } };
  labels: NodeLabel[];
}

export interface NodeLabel {
  task: string;
  className?: string;
  classSet?: { classNames: string[] };
  target?: number;
  part?: string;
}

export interface Edge {
  source: string;
  target: string;
  type: string;
  weight: number;
  provenance: string;
  eventTimeMs: string;
  expiresMs?: string;
}

export interface EdgePage {
  edges: Edge[];
  nextPageToken: string;
}

export interface PredictionHistory {
  modelVersion: string;
  task: string;
  // Of time 0: it was so already when the service's memory begins.
  states: { timeMs: string; classification?: Classification }[];
  completeSinceMs: string;
}

export interface TrainingEpoch {
  epoch: number;
  trainLoss: number;
  validationMetric?: number;
}

export interface TrainingJob {
  jobId: string;
  modelName: string;
  task: string;
  state: string;
  epoch: number;
  maxEpochs: number;
  trainLoss: number;
  validationMetric: number;
  metricName: string;
  modelVersion: string;
  error: string;
  curve?: TrainingEpoch[];
}

export interface Provenance {
  createdAtMs: string;
  seed: string;
  hyperParameters?: Record<string, string>;
  metrics?: Record<string, number>;
  codeVersion: string;
  origin: string;
  vertices: string;
  edges: string;
  curve?: TrainingEpoch[];
  metricName?: string;
}
