import { render } from "preact";
import { usePolled, useRoute } from "./hooks";
import { Models } from "./pages/Models";
import { Pipeline } from "./pages/Pipeline";
import { Vertex } from "./pages/Vertex";
import type { Status } from "./types";

const PAGES = [
  { path: "/", name: "Pipeline" },
  { path: "/vertex", name: "Vertex" },
  { path: "/models", name: "Models" },
];

function App() {
  const route = useRoute();
  const status = usePolled<Status>("v1/status", 1000);
  const here = `/${route.split("/")[1] ?? ""}`;
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>
        To the content
      </a>
      <header>
        <span class="name">Anabranch</span>
        <nav aria-label="Pages">
          {PAGES.map((page) => (
            <a href={`#${page.path}`} aria-current={page.path === here ? "page" : undefined}>
              {page.name}
            </a>
          ))}
        </nav>
        <span class={`state${status.error ? " bad" : ""}`}>{status.error ? "no answer" : status.value?.ready ? "ready" : "not ready"}</span>
      </header>
      <main id="main" tabIndex={-1}>
        {here === "/" && <Pipeline status={status} />}
        {here === "/vertex" && <Vertex id={decodeURIComponent(route.split("/")[2] ?? "")} status={status} />}
        {here === "/models" && <Models status={status} />}
        {!PAGES.some((page) => page.path === here) && <p>There is no page {route}.</p>}
      </main>
    </>
  );
}

render(<App />, document.getElementById("app")!);
