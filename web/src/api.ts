// Asks the page's own server for JSON; the only place that calls fetch.

/** A status other than success, with the body's text for whoever shows it. */
export class StatusError extends Error {
  constructor(
    readonly path: string,
    readonly status: number,
    readonly body: string,
  ) {
    super(`${path} answered ${status}`);
  }
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, { cache: "no-store", credentials: "same-origin", ...init });
  if (!response.ok) throw new StatusError(path, response.status, await response.text());
  return response;
}

export async function getJson<T>(path: string): Promise<T> {
  const response = await ask(path, { headers: { accept: "application/json" } });
  return (await response.json()) as T;
}

/** Posts text that is already JSON, so that what the user typed is what the server judges. */
export async function postJson<T>(path: string, body: string): Promise<T> {
  const headers = { accept: "application/json", "content-type": "application/json" };
  const response = await ask(path, { method: "POST", headers, body });
  return (await response.json()) as T;
}

/** The status alone, for probes such as `/readyz`; 0 when nothing answers. */
export async function statusOf(path: string): Promise<number> {
  try {
    return (await fetch(path, { cache: "no-store" })).status;
  } catch {
    return 0;
  }
}
