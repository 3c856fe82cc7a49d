// Where an arrow key goes from a point.

/** How much worse it is to lie beside the way than along it. */
const BESIDE = 2;

/**
 * The nearest of the points that lie within 45 degrees of the direction (dx, dy), of unit length; -1: there is none. Looks at all of them,
 * which for fifty thousand takes less time than a key takes to come up.
 */
export function towards(x: Float32Array, y: Float32Array, from: { x: number; y: number }, dx: number, dy: number, has: (i: number) => boolean): number {
  let found = -1;
  let best = Infinity;
  for (let i = 0; i < x.length; i++) {
    const [ex, ey] = [x[i]! - from.x, y[i]! - from.y];
    const along = ex * dx + ey * dy;
    const beside = Math.abs(ex * dy - ey * dx);
    if (along > 0 && beside <= along && along + BESIDE * beside < best && has(i)) {
      best = along + BESIDE * beside;
      found = i;
    }
  }
  return found;
}
