import { render } from "preact";
import { usePolled, useRoute } from "./hooks";
import { EmbeddingMap } from "./pages/EmbeddingMap";
import { Models } from "./pages/Models";
import { Pipeline } from "./pages/Pipeline";
import { Vertex } from "./pages/Vertex";
import type { Status } from "./types";

const PAGES = [
  { path: "/", name: "Pipeline" },
  { path: "/map", name: "Map" },
  { path: "/vertex", name: "Vertex" },
  { path: "/models", name: "Models" },
];

function App() {
  const { page, id } = useRoute();
  const status = usePolled<Status>("v1/status", 1000);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>
        To the content
      </a>
      <header>
        <span class="name">Anabranch</span>
        <nav aria-label="Pages">
          {PAGES.map((to) => (
            <a href={`#${to.path}`} aria-current={to.path === page ? "page" : undefined}>
              {to.name}
            </a>
          ))}
        </nav>
        <State polled={status} />
      </header>
      <main id="main" tabIndex={-1} class={page === "/map" ? "wide" : ""}>
        {page === "/" && <Pipeline status={status} />}
        {page === "/map" && <EmbeddingMap id={id} status={status} />}
        {page === "/vertex" && <Vertex id={id} status={status} />}
        {page === "/models" && <Models status={status} />}
        {!PAGES.some((known) => known.path === page) && (
          <>
            <h1>No such page</h1>
            <p>There is no page {page}.</p>
          </>
        )}
      </main>
    </>
  );
}

function State(props: { polled: ReturnType<typeof usePolled<Status>> }) {
  const { value, error } = props.polled;
  const [words, kind] = error ? ["no answer", "bad"] : !value ? ["asking", ""] : value.ready ? ["ready", "good"] : ["not ready", "bad"];
  return <span class={`state ${kind}`}>{words}</span>;
}

render(<App />, document.getElementById("app")!);
