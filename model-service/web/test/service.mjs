// A service that answers the page's calls with made-up facts, and serves dist/. For tests and for work on the page: node test/service.mjs
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css" };

export function facts() {
  const times = (p50Ms) => ({ count: "120345", p50Ms, p99Ms: p50Ms * 3, maxMs: p50Ms * 7 });
  const model = (version, state, more) => ({
    name: "fraud",
    version: String(version),
    state,
    spec: {
      name: "fraud",
      featureDimension: 12,
      layers: [{ convolution: "CONVOLUTION_SAGE_MEAN", outputWidth: 16 }, { convolution: "CONVOLUTION_SAGE_MEAN", outputWidth: 16 }],
      heads: [{ task: "fraud", kind: "HEAD_KIND_MULTI_CLASS", classNames: ["fraud", "legit"] }],
    },
    coveredPartitions: 4,
    embeddings: "5012",
    aliases: [],
    served: { requests: "4321", errors: "0", meanLatencyMs: 0.4 },
    ...more,
  });
  return {
    status: {
      ready: true,
      pending: [],
      featureDimension: 12,
      partitions: 4,
      vertices: "5012",
      edges: "31234",
      labels: "4000",
      events: "61234",
      deadLetters: "3",
      freshness: times(42),
      models: [
        model(1, "MODEL_STATE_ACTIVE", { aliases: ["champion"] }),
        model(2, "MODEL_STATE_COVERED", { canaryPercent: 5 }),
      ],
      topics: [{ topic: "anabranch.events", partitions: 4, records: "61234", lag: "0" }],
      stages: [{ stage: "readable", ...times(42) }],
      progress: [{ partition: 0, positions: ["100", "200", "300", "400"] }],
      sharedAggregations: [],
    },
    posts: [],
    demandToken: "",
  };
}

const edge = { source: "account-4", target: "account-17", type: "payment", weight: 1, provenance: "PROVENANCE_OBSERVED", contribution: -1.25, eventTimeMs: "1700000000000", without: { value: 0.5, probability: 0.6225 } };

const ANSWERS = {
  "/v1/similar": { nodes: [{ nodeId: "account-4", score: 0.98 }] },
  "/v1/explain": {
    modelVersion: "1",
    className: "fraud",
    recomputed: { value: -1.5, probability: 0.1824 },
    matchesServed: true,
    constants: 0.125,
    edges: [edge],
    edgeCount: 7,
    nodes: [{ nodeId: "account-4", distance: 1, contribution: 2.5, eventTimeMs: "0" }],
    nodeCount: 5,
    changes: [{ eventTimeMs: "1700000000000", edge }],
  },
};

const prediction = (id, probability) => ({
  kind: "WATCH_KIND_CHANGES",
  modelVersion: "1",
  task: "fraud",
  classifications: [
    {
      nodeId: id,
      classNames: [probability > 0.5 ? "fraud" : "legit"],
      scores: [
        { className: "fraud", probability },
        { className: "legit", probability: 1 - probability },
      ],
      freshness: { acceptedTimeMs: String(Date.now() - 1500) },
    },
  ],
  missingNodeIds: [],
  resumeToken: "",
  reason: "",
});

/** Starts on a free port; what it answers can be changed through the facts while it runs. */
export async function start(state = facts(), port = 0) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    const json = (status, body, type = "application/json") => {
      response.writeHead(status, { "Content-Type": type });
      response.end(JSON.stringify(body));
    };
    if (url.pathname.startsWith("/v1/") && state.demandToken && request.headers.authorization !== `Bearer ${state.demandToken}`) {
      json(401, { status: 401, title: "Unauthorized", detail: "A token or a client certificate is needed.", reason: "CREDENTIALS_MISSING" }, "application/problem+json");
    } else if (url.pathname === "/v1/status") {
      json(200, state.status);
    } else if (url.pathname === "/v1/watch") {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      let probability = 0.25;
      const id = url.searchParams.get("node");
      const say = () => response.write(`event: WATCH_KIND_CHANGES\nid: x\ndata: ${JSON.stringify(prediction(id, probability))}\n\n`);
      say();
      const timer = setInterval(() => {
        probability = probability === 0.25 ? 0.75 : 0.25;
        say();
      }, 200);
      request.on("close", () => clearInterval(timer));
    } else if (request.method === "POST") {
      let body = "";
      for await (const chunk of request) {
        body += chunk;
      }
      state.posts.push({ path: url.pathname, body: JSON.parse(body) });
      json(200, ANSWERS[url.pathname] ?? {});
    } else {
      try {
        const name = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
        const content = await readFile(new URL(`../dist/${name.replaceAll("..", "")}`, import.meta.url));
        response.writeHead(200, { "Content-Type": TYPES[name.split(".").pop()] ?? "application/octet-stream" });
        response.end(content);
      } catch {
        json(404, {});
      }
    }
  });
  await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
  return { state, url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise((closed) => (server.closeAllConnections(), server.close(closed))) };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  console.log((await start(facts(), 8099)).url);
}
