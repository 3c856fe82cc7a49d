// Edges on the map: observed ones solid, learned ones dashed and of another colour, with an arrow at the target.

/** By the index of the points. */
export interface DrawnEdge {
  source: number;
  target: number;
  learned: boolean;
}

const ARROW = 8;
const LOOP = 12;

export function drawEdges(
  to: CanvasRenderingContext2D,
  edges: DrawnEdge[],
  place: (i: number) => { x: number; y: number },
  radius: number,
  colour: (name: string) => string,
): void {
  to.lineWidth = 1.5;
  // Learned ones last: they are few, and what one looks for.
  for (const learned of [false, true]) {
    to.strokeStyle = to.fillStyle = colour(learned ? "--edge-learned" : "--edge-observed");
    for (const edge of edges) {
      if (edge.learned === learned) {
        to.setLineDash(learned ? [6, 4] : []);
        drawEdge(to, place(edge.source), place(edge.target), radius);
      }
    }
  }
  to.setLineDash([]);
}

function drawEdge(to: CanvasRenderingContext2D, source: { x: number; y: number }, target: { x: number; y: number }, radius: number): void {
  const length = Math.hypot(target.x - source.x, target.y - source.y);
  to.beginPath();
  if (length === 0) {
    to.arc(source.x, source.y - LOOP, LOOP, 0, 2 * Math.PI);
    to.stroke();
    return;
  }
  const [dx, dy] = [(target.x - source.x) / length, (target.y - source.y) / length];
  to.moveTo(source.x, source.y);
  to.lineTo(target.x, target.y);
  to.stroke();
  const reach = Math.min(length, radius + 2);
  const [tipX, tipY] = [target.x - dx * reach, target.y - dy * reach];
  to.setLineDash([]);
  to.beginPath();
  to.moveTo(tipX, tipY);
  to.lineTo(tipX - dx * ARROW - dy * ARROW * 0.4, tipY - dy * ARROW + dx * ARROW * 0.4);
  to.lineTo(tipX - dx * ARROW + dy * ARROW * 0.4, tipY - dy * ARROW - dx * ARROW * 0.4);
  to.closePath();
  to.fill();
}
