// What the made-up service says at first. Tests change it while it runs.
import { graph } from "./graph.mjs";

const times = (p50Ms) => ({ count: "120345", p50Ms, p99Ms: p50Ms * 3, maxMs: p50Ms * 7 });

export function curve(epochs, from, to) {
  return Array.from({ length: epochs }, (_, i) => {
    const done = 1 - Math.exp((-5 * (i + 1)) / epochs);
    return { epoch: i + 1, trainLoss: 0.7 - 0.5 * done + 0.02 * Math.sin(i), validationMetric: from + (to - from) * done + 0.01 * Math.cos(i) };
  });
}

function model(version, state, more) {
  return {
    name: "fraud",
    version: String(version),
    state,
    spec: {
      name: "fraud",
      featureDimension: 12,
      layers: [
        { convolution: "CONVOLUTION_SAGE_MEAN", outputWidth: 16 },
        { convolution: "CONVOLUTION_SAGE_MEAN", outputWidth: 16 },
      ],
      heads: [{ task: "fraud", kind: "HEAD_KIND_MULTI_CLASS", classNames: ["fraud", "legit"] }],
    },
    provenance: {
      createdAtMs: String(1_700_000_000_000 + version * 3_600_000),
      seed: "7",
      hyperParameters: { learning_rate: version === 1 ? "0.01" : "0.005", convolution: "SAGE_MEAN" },
      metrics: { "test accuracy": 0.9 + version / 100, rows: 993 },
      codeVersion: "0.1.0",
      origin: "trained",
      vertices: "5012",
      edges: "31234",
      metricName: "accuracy",
    },
    coveredPartitions: 4,
    embeddings: "5012",
    aliases: [],
    served: { requests: "4321", errors: "0", meanLatencyMs: 0.4 },
    ...more,
  };
}

const job = (more) => ({
  jobId: "job-3",
  modelName: "fraud",
  task: "fraud",
  state: "TRAINING_STATE_RUNNING",
  epoch: 24,
  maxEpochs: 200,
  trainLoss: 0.3125,
  validationMetric: 0.8765,
  metricName: "accuracy",
  modelVersion: "0",
  error: "",
  metrics: {},
  curve: curve(24, 0.6, 0.88),
  ...more,
});

export function facts(size = {}) {
  return {
    status: {
      ready: true,
      pending: [],
      featureDimension: 12,
      partitions: 4,
      vertices: "5012",
      edges: "31234",
      observedEdges: "31200",
      learnedEdges: "34",
      labels: "4000",
      events: "61234",
      deadLetters: "3",
      freshness: times(42),
      models: [model(1, "MODEL_STATE_ACTIVE", { aliases: ["champion"] }), model(2, "MODEL_STATE_COVERED", { canaryPercent: 5 })],
      topics: [
        { topic: "anabranch.events", partitions: 4, records: "61234", lag: "0" },
        { topic: "anabranch.embeddings", partitions: 4, records: "140221", lag: "12" },
      ],
      stages: [
        { stage: "sent", ...times(30) },
        { stage: "delivered", ...times(12) },
        { stage: "readable", ...times(42) },
      ],
      progress: [0, 1, 2, 3].map((partition) => ({ partition, positions: ["100", "200", "300", "400"] })),
      sharedAggregations: [],
      processors: [
        {
          instanceId: "processor-a",
          state: "PROCESSOR_STATE_RUNNING",
          reportedMs: String(Date.now() - 2000),
          pending: [],
          liveModels: 2,
          activePartitions: [0, 1],
          standbyPartitions: [2],
          restoring: [],
        },
        {
          instanceId: "processor-b",
          state: "PROCESSOR_STATE_RESTORING",
          reportedMs: String(Date.now() - 45_000),
          pending: ["partition 3 restores 5,000 of 20,000 records"],
          liveModels: 2,
          activePartitions: [2, 3],
          standbyPartitions: [],
          restoring: [
            { topic: "anabranch.partition-state-changelog", partition: 2, restored: "18000", total: "20000" },
            { topic: "anabranch.partition-state-changelog", partition: 3, restored: "5000", total: "20000" },
          ],
        },
      ],
    },
    /** Of versions, which the status leaves out. */
    curves: { 1: curve(120, 0.6, 0.91), 2: curve(80, 0.65, 0.92) },
    trainings: [
      job(),
      job({ jobId: "job-2", state: "TRAINING_STATE_SERVING", epoch: 120, modelVersion: "1", curve: curve(120, 0.6, 0.91) }),
      job({ jobId: "job-1", state: "TRAINING_STATE_FAILED", epoch: 0, error: "The graph has no labels of the task fraud.", curve: [] }),
    ],
    graph: graph(size),
    /** How far the points of the map have moved. */
    step: 0,
    /** States of every vertex before the watch begins, milliseconds ago, and the probability of fraud; without a time it was so before all that is remembered. */
    history: [
      { ago: 240_000, fraud: 0.1 },
      { ago: 120_000, fraud: 0.35 },
      { ago: 30_000, fraud: 0.25 },
    ],
    posts: [],
    gets: [],
    demandToken: "",
    /** Paths that an older service does not have. */
    unknown: new Set(),
  };
}
