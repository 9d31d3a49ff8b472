/** One file on its way to the store: ask for a place, post it there, have it checked. */

import type { FileField, FileRef } from "../language/fields.ts";
import type { Api } from "./api.ts";
import { NetworkLost, Problem } from "./problem.ts";

interface Place {
  document_id: string;
  url: string;
  fields: Record<string, string>;
}

/**
 * The checked file. `onProgress` gets the share sent, 0 to 1. Throws Problem (the file was
 * refused), NetworkLost, SignInNeeded or AbortError.
 */
export async function upload(
  api: Api,
  field: FileField,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<FileRef> {
  const wish = {
    file_name: file.name.normalize("NFC"),
    size: file.size,
    media_type: file.type,
    purpose: field.purpose,
  };
  const place = (await api.write("POST", field.upload ?? "/api/v1/documents", wish)) as Place;
  await post(place, file, onProgress, signal);
  return (await api.write("POST", `/api/v1/documents/${place.document_id}/complete`)) as FileRef;
}

/** XMLHttpRequest, because fetch tells nothing of the progress of an upload. */
function post(
  place: Place,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(place.fields)) form.append(name, value);
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(new Problem(request.status, null));
    };
    request.onerror = () => reject(new NetworkLost("the store did not answer"));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", place.url);
    request.send(form);
  });
}
