/** Files between the page and the reader's disk. */

/** Hands octets over as a file. */
export function download(octets: BlobPart, name: string): void {
  const url = URL.createObjectURL(new Blob([octets], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export async function octetsOf(file: File): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}
