// A made-up graph with embeddings in the plane: two classes in a few clusters, which move a little with each map that is asked for.

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function graph({ vertices = 600, classNames = ["fraud", "legit"], partitions = 4, seed = 7 } = {}) {
  const next = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const centres = Array.from({ length: 7 }, () => ({ x: 3 * normal(), y: 2 * normal(), spread: 0.3 + next() }));
  const nodes = Array.from({ length: vertices }, (_, i) => {
    const cluster = Math.floor(next() * centres.length);
    const centre = centres[cluster];
    return {
      id: `account-${i}`,
      x: centre.x + centre.spread * normal(),
      y: centre.y + centre.spread * normal(),
      classIndex: next() < 0.02 ? classNames.length : (cluster + (next() < 0.05 ? 1 : 0)) % classNames.length,
      partition: Math.floor(next() * partitions),
      ageS: next() < 0.01 ? "NaN" : Math.exp(9 * next()) / 3,
      dx: 0.05 * normal(),
      dy: 0.05 * normal(),
    };
  });
  /** By account/17 too: an id may have any sign. */
  const at = (id) => nodes.findIndex((node) => node.id === id.replace("/", "-"));

  /** As MapEmbeddings answers; the n-th time everything has moved by n steps. */
  const map = (most, step) => {
    const shown = nodes.slice(0, most === 0 ? 5000 : most);
    return {
      modelVersion: "1",
      task: "fraud",
      classNames,
      nodeIds: shown.map((node) => node.id),
      x: shown.map((node) => node.x + step * node.dx),
      y: shown.map((node) => node.y + step * node.dy),
      classIndex: shown.map((node) => node.classIndex),
      partition: shown.map((node) => node.partition),
      ageS: shown.map((node) => node.ageS),
      vertices: String(nodes.length),
      explainedVariance: 0.73,
      axesRevision: "1",
      reflected: [],
    };
  };

  /** Edges of a vertex: 3 to 8 each way, of account-4 many; every fifth is learned. */
  const edges = (id, direction) => {
    const i = at(id);
    const count = id === "account-4" ? 120 : 3 + ((i * 7 + (direction === "IN" ? 1 : 3)) % 6);
    return Array.from({ length: count }, (_, k) => {
      const other = nodes[(i * 31 + 1 + k * (direction === "IN" ? 17 : 29)) % nodes.length].id;
      const learned = k % 5 === 2;
      return {
        source: direction === "IN" ? other : id,
        target: direction === "IN" ? id : other,
        type: learned ? "similar" : "payment",
        weight: learned ? 0.5 : 1,
        provenance: learned ? "PROVENANCE_LEARNED" : "PROVENANCE_OBSERVED",
        eventTimeMs: String(1_700_000_000_000 + 60_000 * k),
        ...(learned && { expiresMs: "1900000000000" }),
      };
    });
  };

  const node = (id) => ({
    id,
    type: "account",
    partition: nodes[at(id)].partition,
    inEdges: String(edges(id, "IN").length),
    outEdges: String(edges(id, "OUT").length),
    eventTimeMs: "1700000000000",
    features: { dense: { values: Array.from({ length: 12 }, (_, k) => (k % 4 === 3 ? 0 : ((at(id) * 13 + k * 7) % 20) / 10 - 1)) } },
    labels: [{ task: "fraud", className: classNames[nodes[at(id)].classIndex] ?? classNames[0], part: "PART_TRAIN" }],
  });

  return { map, edges, node, has: (id) => at(id) >= 0 };
}
