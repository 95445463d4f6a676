// The image's HEALTHCHECK: exit code 0 when the program in this container can serve. The image has no curl.
const port = process.env.METRICS_PORT || process.env.PORT || '8000';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) });
  process.exit(answer.ok ? 0 : 1);
} catch {
  process.exit(1);
}
