import { render } from "preact";
import { ApiError } from "./api";
import { usePolled, useRoute, type Polled, type Route } from "./hooks";
import { EmbeddingMap } from "./pages/EmbeddingMap";
import { Models } from "./pages/Models";
import { Pipeline } from "./pages/Pipeline";
import { Vertex } from "./pages/Vertex";
import { Trouble } from "./parts/Parts";
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
  // Whatever else is asked would be refused as well: one field for a token is enough.
  const refused = status.error instanceof ApiError && status.error.status === 401;
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
        {refused ? (
          <>
            <h1>{PAGES.find((known) => known.path === page)?.name ?? "Anabranch"}</h1>
            <Trouble error={status.error} />
          </>
        ) : (
          <Page page={page} id={id} status={status} />
        )}
      </main>
    </>
  );
}

function Page(props: Route & { status: Polled<Status> }) {
  const { page, id, status } = props;
  switch (page) {
    case "/":
      return <Pipeline status={status} />;
    case "/map":
      return <EmbeddingMap id={id} status={status} />;
    case "/vertex":
      return <Vertex id={id} status={status} />;
    case "/models":
      return <Models status={status} />;
    default:
      return (
        <>
          <h1>No such page</h1>
          <p>There is no page {page}.</p>
        </>
      );
  }
}

function State(props: { polled: Polled<Status> }) {
  const { value, error } = props.polled;
  const [words, kind] = error ? ["no answer", "bad"] : !value ? ["asking", ""] : value.ready ? ["ready", "good"] : ["not ready", "bad"];
  return <span class={`state ${kind}`}>{words}</span>;
}

render(<App />, document.getElementById("app")!);
