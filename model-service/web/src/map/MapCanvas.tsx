import { useEffect, useRef } from "preact/hooks";
import { useMedia } from "../hooks";
import type { Edge } from "../types";
import { span } from "../words";
import type { Colouring } from "./colouring";
import { listen } from "./gestures";
import type { Points } from "./points";
import { MapView, type Emphasis, type Sight } from "./view";

/** Until the tab is loaded anew: who comes back from a vertex finds the map as it was. */
let keptSight: Sight | undefined;

interface Props {
  map: Points | undefined;
  colours: Colouring | undefined;
  emphasis: Emphasis;
  chosen: string;
  edges: Edge[];
  onChoose: (id: string) => void;
  onOpen: (id: string) => void;
}

/** The canvas with its buttons and the label of the point under the pointer. The legend, the search and the tables beside it say the same in words. */
export function MapCanvas(props: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const label = useRef<HTMLDivElement>(null);
  const view = useRef<MapView>();
  const now = useRef(props);
  now.current = props;
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const dark = useMedia("(prefers-color-scheme: dark)");

  useEffect(() => {
    const end = new AbortController();
    const drawn = (view.current = new MapView(canvas.current!));
    const id = (i: number) => (i < 0 ? "" : drawn.map!.ids[i]!);
    drawn.onDraw = () => follow(label.current!, drawn);
    listen(
      drawn,
      {
        hover: (i) => {
          drawn.hover(i);
          say(label.current!, drawn);
        },
        choose: (i) => {
          // At once: the next arrow may come before the page has followed.
          drawn.choose(id(i) || undefined);
          now.current.onChoose(id(i));
        },
        open: () => now.current.chosen && now.current.onOpen(now.current.chosen),
      },
      end.signal,
    );
    // Its size may end in the middle of a pixel.
    const resize = new ResizeObserver(([entry]) => drawn.resize(entry!.contentRect.width, entry!.contentRect.height));
    resize.observe(canvas.current!);
    return () => {
      keptSight = drawn.sight;
      end.abort();
      resize.disconnect();
      drawn.close();
    };
  }, []);
  const shown = useRef<Points>();
  useEffect(() => {
    if (!props.map || !props.colours) {
      return;
    }
    if (shown.current === props.map) {
      view.current!.colour(props.colours);
    } else {
      measured(shown.current ? "map-update" : "map-first", () => view.current!.show(props.map!, props.colours!, still));
      if (!shown.current) {
        view.current!.look(keptSight);
      }
      shown.current = props.map;
    }
    view.current!.choose(props.chosen || undefined);
    view.current!.connect(props.edges.map((e) => ({ source: e.source, target: e.target, learned: e.provenance === "PROVENANCE_LEARNED" })));
    say(label.current!, view.current!);
  }, [props.map, props.colours, props.chosen, props.edges]);
  useEffect(() => view.current!.emphasise(props.emphasis), [props.emphasis]);
  useEffect(() => view.current!.recolour(), [dark]);

  return (
    <div class="map-frame">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-roledescription="map"
        aria-label={props.map ? `Map of ${props.map.ids.length} vertices` : "Map, empty so far"}
        aria-describedby="map-keys"
      />
      <div class="map-label" ref={label} hidden />
      <div class="map-buttons">
        <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => view.current!.zoom(1.5)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => view.current!.zoom(1 / 1.5)}>
          −
        </button>
        <button type="button" title="Show all points (0)" onClick={() => view.current!.fit()}>
          Fit
        </button>
      </div>
    </div>
  );
}

/** Writes the label past Preact: the pointer moves more often than the page could be made anew. */
function say(label: HTMLElement, view: MapView): void {
  const i = view.hoveredPoint >= 0 ? view.hoveredPoint : view.chosenPoint;
  label.hidden = i < 0 || !view.map;
  if (!label.hidden) {
    label.textContent = describe(view.map!, i);
    follow(label, view);
  }
}

/** The label goes with its point: above it, and to the side where there is room. */
function follow(label: HTMLElement, view: MapView): void {
  const i = view.hoveredPoint >= 0 ? view.hoveredPoint : view.chosenPoint;
  if (i < 0 || label.hidden) {
    return;
  }
  const { x, y } = view.place(i);
  const outside = x < 0 || y < 0 || x > view.camera.width || y > view.camera.height;
  label.classList.toggle("outside", outside);
  const left = x > view.camera.width / 2 ? x - label.offsetWidth - 12 : x + 12;
  label.style.transform = `translate(${Math.round(Math.max(0, Math.min(view.camera.width - label.offsetWidth, left)))}px, ${Math.round(Math.max(0, y - label.offsetHeight - 8))}px)`;
}

/** One point in words. */
export function describe(map: Points, i: number): string {
  const name = map.classNames[map.classIndex[i]!] ?? "no class";
  const age = map.age[i]!;
  return `${map.ids[i]}: ${name}, partition ${map.partition[i]}, ${Number.isNaN(age) ? "age not known" : `${span(age)} old`}`;
}

const MEASURES = 100;

/** Leaves the time in the browser's own list of measures, where tests and developer tools find it; not for ever. */
function measured(name: string, work: () => void): void {
  if (performance.getEntriesByName(name).length >= MEASURES) {
    performance.clearMeasures(name);
  }
  const from = performance.now();
  work();
  requestAnimationFrame(() => setTimeout(() => performance.measure(name, { start: from })));
}
