import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** In development the page comes from Vite and the API from the local stack; WEIGHTSMITH_API_URL names another one. */
const api = process.env.WEIGHTSMITH_API_URL ?? "http://127.0.0.1:8787";

export default defineConfig({
  plugins: [react()],
  build: { target: "es2023", sourcemap: false },
  server: {
    proxy: Object.fromEntries(
      ["/v1", "/health", "/docs", "/openapi.json"].map((path) => [path, { target: api }]),
    ),
  },
});
