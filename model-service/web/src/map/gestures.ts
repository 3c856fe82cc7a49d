// Pointers, wheel and keys on the map's canvas. One pointer pans, two pinch, one that did not move chooses.
import type { MapView } from "./view";

/** Pixels; a finger is less exact than a mouse. */
const REACH = { mouse: 14, touch: 24 };
const STILL = 5;
const KEY_PAN = 60;
const KEY_ZOOM = 1.4;

export interface Told {
  hover: (i: number) => void;
  /** -1: a place without a point. */
  choose: (i: number) => void;
  /** Enter, on the chosen point. */
  open: () => void;
}

/** Ends with the signal. */
export function listen(view: MapView, told: Told, signal: AbortSignal): void {
  const canvas = view.canvas;
  const down = new Map<number, { x: number; y: number }>();
  let still = false;
  const place = (event: PointerEvent | WheelEvent) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const reach = (event: PointerEvent) => (event.pointerType === "touch" ? REACH.touch : REACH.mouse);
  const on = <K extends keyof HTMLElementEventMap>(name: K, take: (event: HTMLElementEventMap[K]) => void, passive = true) =>
    canvas.addEventListener(name, take, { signal, passive });

  on("pointerdown", (event) => {
    if (event.button !== 0) {
      return;
    }
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, place(event));
    still = down.size === 1;
  });
  on("pointermove", (event) => {
    const now = place(event);
    const before = down.get(event.pointerId);
    if (!before) {
      told.hover(view.nearest(now.x, now.y, reach(event)));
      return;
    }
    if (still && Math.hypot(now.x - before.x, now.y - before.y) < STILL) {
      return;
    }
    still = false;
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    down.set(event.pointerId, now);
    if (other) {
      const [far, near] = [Math.hypot(now.x - other.x, now.y - other.y), Math.hypot(before.x - other.x, before.y - other.y)];
      view.zoom(far / Math.max(1, near), (now.x + other.x) / 2, (now.y + other.y) / 2);
      // The middle between the fingers moves half as far as the one that moves.
      view.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else {
      view.pan(now.x - before.x, now.y - before.y);
    }
  });
  on("pointerup", (event) => {
    const at = place(event);
    if (down.delete(event.pointerId) && still && down.size === 0) {
      told.choose(view.nearest(at.x, at.y, reach(event)));
    }
  });
  on("pointercancel", (event) => down.delete(event.pointerId));
  on("pointerleave", () => told.hover(-1));
  on(
    "wheel",
    (event) => {
      event.preventDefault();
      const at = place(event);
      // Lines and pages, which some mice count in, as pixels. A pinch on a touchpad comes as a wheel with Ctrl, in small steps.
      const pixels = event.deltaY * ([1, 20, 400][event.deltaMode] ?? 1) * (event.ctrlKey ? 6 : 1);
      view.zoom(Math.exp(-Math.max(-400, Math.min(400, pixels)) * 0.0016), at.x, at.y);
    },
    false,
  );
  on("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const arrow = ARROWS[event.key];
    if (arrow && event.shiftKey) {
      view.pan(-arrow[0] * KEY_PAN, arrow[1] * KEY_PAN);
    } else if (arrow) {
      const next = view.next(arrow[0], arrow[1]);
      if (next >= 0) {
        told.choose(next);
      }
    } else if (event.key === "+" || event.key === "=") {
      view.zoom(KEY_ZOOM);
    } else if (event.key === "-") {
      view.zoom(1 / KEY_ZOOM);
    } else if (event.key === "0" || event.key === "Home") {
      view.fit();
    } else if (event.key === "Escape") {
      told.choose(-1);
    } else if (event.key === "Enter") {
      told.open();
    } else {
      return;
    }
    event.preventDefault();
  }, false);
}

/** In the plane, whose y goes up. */
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
