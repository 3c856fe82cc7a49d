// A service that answers the page's calls with made-up facts, and serves dist/. For tests and for work on the page: node test/service.mjs
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { facts } from "./facts.mjs";

export { facts } from "./facts.mjs";

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css" };
/** As the real service says it. */
const POLICY = readFileSync(new URL("../../server/src/main/java/io/anabranch/serve/rest/PageRoutes.java", import.meta.url), "utf8").match(/"(default-src [^"]+)"/)[1];

const edge = { source: "account-4", target: "account-17", type: "payment", weight: 1, provenance: "PROVENANCE_OBSERVED", contribution: -1.25, eventTimeMs: "1700000000000", without: { value: 0.5, probability: 0.6225 } };

const EXPLANATION = {
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
};

/** The n-th state of a vertex; its place in its partition is what tells states apart. */
const classification = (nodeId, fraud, position, acceptedMs) => ({
  nodeId,
  classNames: [fraud > 0.5 ? "fraud" : "legit"],
  scores: [
    { className: "fraud", probability: fraud },
    { className: "legit", probability: 1 - fraud },
  ],
  freshness: { partition: 1, position: String(position), acceptedTimeMs: String(acceptedMs), sentTimeMs: String(acceptedMs + 5) },
});

/** By method and path; what they return is the answer, and undefined is none. */
function answers(state) {
  const { began } = state;
  const remembered = (id) => state.history.map(({ ago, fraud }, i) => ({ timeMs: ago === undefined ? "0" : String(began - ago + 5), classification: classification(id, fraud, 100 + i, began - (ago ?? 400_000)) }));
  return [
    ["GET", /^\/v1\/status$/, () => state.status],
    ["GET", /^\/v1\/models$/, () => ({ models: state.status.models.map((m) => ({ ...m, provenance: { ...m.provenance, curve: state.curves[m.version] ?? [] } })), nextPageToken: "" })],
    ["GET", /^\/v1\/trainings$/, () => ({ jobs: state.trainings })],
    ["GET", /^\/v1\/nodes\/([^/]+)$/, (_, [id]) => (state.graph.has(id) ? { node: state.graph.node(id) } : undefined)],
    [
      "GET",
      /^\/v1\/nodes\/([^/]+)\/edges$/,
      (url, [id]) => {
        if (!state.graph.has(id)) {
          return undefined;
        }
        const all = state.graph.edges(id, url.searchParams.get("direction"));
        const [from, size] = [Number(url.searchParams.get("pageToken") ?? 0), Number(url.searchParams.get("pageSize"))];
        return { edges: all.slice(from, from + size), nextPageToken: from + size < all.length ? String(from + size) : "" };
      },
    ],
    ["POST", /^\/v1\/embedding-map$/, (_, __, body) => state.graph.map(body.maxNodes, state.step)],
    ["POST", /^\/v1\/prediction-history$/, (_, __, body) => ({ modelVersion: "1", task: body.task, states: remembered(body.nodeId), completeSinceMs: String(began - 300_000) })],
    ["POST", /^\/v1\/similar$/, () => ({ nodes: [{ nodeId: "account-4", score: 0.98 }] })],
    ["POST", /^\/v1\/explain$/, () => EXPLANATION],
    ["POST", /^\/v1\/models\/[^/]+\/(promote|rollback)$/, () => ({})],
  ];
}

const watched = (classifications) => ({ kind: "WATCH_KIND_CHANGES", modelVersion: "1", task: "fraud", classifications, missingNodeIds: [], resumeToken: "", reason: "" });

/** Begins with the last state that is remembered, then changes all the time. */
function watch(state, id, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  let position = 100 + state.history.length - 1;
  const say = (fraud) =>
    response.write(`event: WATCH_KIND_CHANGES\nid: x\ndata: ${JSON.stringify(watched([classification(id, fraud, position, Date.now() - 1500)]))}\n\n`);
  const last = state.history.at(-1);
  if (last) {
    const now = state.began - (last.ago ?? 400_000);
    response.write(`event: WATCH_KIND_STATE\nid: x\ndata: ${JSON.stringify(watched([classification(id, last.fraud, position, now)]))}\n\n`);
  }
  let fraud = 0.25;
  const timer = setInterval(() => {
    position++;
    fraud = 1 - fraud;
    say(fraud);
  }, state.changeEveryMs ?? 200);
  response.on("close", () => clearInterval(timer));
}

/** Starts on a free port; what it answers can be changed through the facts while it runs. */
export async function start(state = facts(), port = 0) {
  state.began = Date.now();
  const calls = answers(state);
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    const json = (status, body, type = "application/json") => {
      response.writeHead(status, { "Content-Type": type });
      response.end(JSON.stringify(body));
    };
    const problem = (status, title, reason) => json(status, { type: "about:blank", status, title, detail: title, ...(reason && { reason }) }, "application/problem+json");
    if (!url.pathname.startsWith("/v1/")) {
      try {
        const name = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
        const content = await readFile(new URL(`../dist/${name.replaceAll("..", "")}`, import.meta.url));
        response.writeHead(200, { "Content-Type": TYPES[name.split(".").pop()] ?? "application/octet-stream", "Content-Security-Policy": POLICY });
        response.end(content);
      } catch {
        problem(404, "Not Found");
      }
      return;
    }
    let body = "";
    for await (const chunk of request) {
      body += chunk;
    }
    (request.method === "POST" ? state.posts : state.gets).push({ path: url.pathname, body: body && JSON.parse(body) });
    if (state.demandToken && request.headers.authorization !== `Bearer ${state.demandToken}`) {
      problem(401, "A token or a client certificate is needed.", "CREDENTIALS_MISSING");
      return;
    }
    const call = calls.find(([method, path]) => method === request.method && path.test(url.pathname));
    if ([...state.unknown].some((path) => url.pathname.startsWith(path))) {
      problem(404, "HTTP 404 Not Found");
    } else if (url.pathname === "/v1/watch") {
      watch(state, url.searchParams.get("node"), response);
    } else if (call) {
      const answer = call[2](url, call[1].exec(url.pathname).slice(1).map(decodeURIComponent), body && JSON.parse(body));
      answer === undefined ? problem(404, "There is no such node", "NODE_NOT_FOUND") : json(200, answer);
    } else {
      problem(404, "HTTP 404 Not Found");
    }
  });
  await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
  return { state, url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise((closed) => (server.closeAllConnections(), server.close(closed))) };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const service = await start(facts({ vertices: Number(process.argv[2] ?? 20_000) }), Number(process.argv[3] ?? 8099));
  setInterval(() => service.state.step++, 4000);
  console.log(service.url);
}
