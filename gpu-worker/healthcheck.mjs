// The container's health check: exit status 0 if the worker, or the API or runner in the same image, says that it is well.
const port =
  process.env.WEIGHTSMITH_HEALTH_PORT ??
  process.env.WEIGHTSMITH_API_PORT ??
  process.env.WEIGHTSMITH_RUN_PORT ??
  "8080";
try {
  const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(8000) });
  if (!response.ok) console.error(`health: ${response.status}`);
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  console.error(`health: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
