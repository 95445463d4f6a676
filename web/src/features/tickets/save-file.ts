/** Long enough for any browser to begin the download. */
const KEPT_MS = 10_000;

/** Lets the browser keep a file that has arrived already. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
