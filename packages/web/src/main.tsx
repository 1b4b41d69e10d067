import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { startSession } from "./state/session.ts";
import "@fontsource-variable/geist/wght.css";
import "@fontsource-variable/geist-mono/wght.css";
import "@fontsource-variable/newsreader/wght.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/controls.css";
import "./style/compile.css";
import "./style/lists.css";
import "./style/results.css";
import "./style/found.css";
import "./style/share.css";
import "./style/versions.css";

startSession();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
