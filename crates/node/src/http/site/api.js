// The page at /api: reads /openapi.json, lists what may be asked, and asks it. Only text is ever put into the
// page, never markup.

const JSON_TYPE = "application/json";
const METHODS = ["post", "get"];
const TAGS = ["Queries", "Submissions", "Published", "Operators"];

/** An element with properties and children. */
function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Text with `code` and blank lines between paragraphs. */
function prose(text = "") {
  return text.split("\n\n").map((paragraph) => {
    const parts = paragraph.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
      if (part.startsWith("`")) return make("code", {}, part.slice(1, -1));
      return part.startsWith("**") ? make("b", {}, part.slice(2, -2)) : part;
    });
    return make("p", {}, ...parts);
  });
}

/** What a schema is meant to hold: "or anything else" is said once, at the top. */
function meant(schema) {
  return schema.anyOf ? meant(schema.anyOf[0]) : schema;
}

/** A schema in a few words, with links to the types it names. */
function kind(schema) {
  const { $ref, type, items, minimum, maximum } = meant(schema);
  if ($ref) {
    const name = $ref.split("/").pop();
    return [make("a", { href: `#type-${name}` }, name)];
  }
  const names = [type ?? "any"].flat().filter((name) => name !== "null");
  if (names[0] === "array" && items) return ["list of ", ...kind(items)];
  const range = minimum === undefined ? "" : ` ${minimum} to ${maximum ?? "…"}`;
  return [names.join(" or ") + range];
}

/** A type as a table of its members. */
function typeTable(name, schema) {
  const rows = Object.entries(schema.properties ?? {}).map(([member, value]) => {
    const must = schema.required?.includes(member) ? " *" : "";
    return make("tr", {},
      make("td", {}, make("code", {}, member), must),
      make("td", {}, ...kind(value)),
      make("td", {}, ...prose(value.description)));
  });
  return make("section", { id: `type-${name}` }, make("h3", {}, name), ...prose(schema.description), make("table", {}, ...rows));
}

/** Sends what the form says and shows what comes back. */
async function send({ method, path, inputs, body, shown }) {
  let address = path;
  const query = new URLSearchParams();
  for (const [parameter, input] of inputs) {
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (input.value) query.set(parameter.name, input.value);
  }
  if (query.size > 0) address += `?${query}`;
  const request = { method: method.toUpperCase(), redirect: "manual", cache: "no-store" };
  if (body) Object.assign(request, { body: body.value, headers: { "Content-Type": body.dataset.type } });
  shown.textContent = "…";
  try {
    const began_ms = performance.now();
    const answer = await fetch(address, request);
    const said = await answer.blob();
    const took_ms = Math.round(performance.now() - began_ms);
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    shown.textContent = `${answer.status} ${answer.statusText} (${took_ms} ms)\n${headers}\n\n${await readable(said)}`;
  } catch (error) {
    shown.textContent = String(error);
  }
}

/** A body as text, JSON with line breaks. */
async function readable(body) {
  if (body.type.includes("gzip")) return `${body.size} bytes`;
  const text = await body.text();
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The types of a body or an answer. */
function typesOf(content = {}) {
  return Object.entries(content).flatMap(([type, { schema }]) => (type === JSON_TYPE ? kind(schema) : [type]));
}

/** Where a body is written, holding its example: JSON with line breaks, anything else (lines of JSON) as it is sent. */
function bodyField(content) {
  const [type, { example }] = Object.entries(content)[0];
  const value = typeof example === "string" ? example : JSON.stringify(example, null, 2);
  const field = make("textarea", { value, spellcheck: false, rows: Math.min(24, value.split("\n").length) });
  field.dataset.type = type;
  field.setAttribute("aria-label", "Body");
  return field;
}

/** One operation: what it says, a form, the answer. */
function operation(path, method, about) {
  const inputs = (about.parameters ?? []).map((parameter) => [parameter, make("input", { name: parameter.name })]);
  const fields = inputs.map(([parameter, input]) =>
    make("label", { title: parameter.description }, make("code", {}, parameter.name), " ", input));
  const content = about.requestBody?.content;
  const body = content && bodyField(content);
  const shown = make("pre", { className: "answer" });
  shown.setAttribute("aria-live", "polite");
  const button = make("button", { type: "button" }, "Send");
  button.addEventListener("click", () => send({ method, path, inputs, body, shown }));
  const answers = Object.entries(about.responses).map(([status, answer]) =>
    make("tr", {}, make("td", {}, status), make("td", {}, ...prose(answer.description)), make("td", {}, ...typesOf(answer.content))));
  return make("details", { id: about.operationId },
    make("summary", {}, make("b", {}, method.toUpperCase()), " ", make("code", {}, path), ` ${about.summary}`),
    ...prose(about.description),
    ...(content ? [make("p", {}, "Body: ", ...typesOf(content), ". ", about.requestBody.description)] : []),
    ...(body ? [body] : []), ...fields, button, shown,
    make("table", {}, ...answers));
}

/** Puts the whole description into the page. */
function show(description) {
  const place = document.getElementById("operations");
  place.replaceChildren(...prose(description.info.description));
  for (const tag of TAGS) {
    place.append(make("h2", {}, tag));
    for (const [path, item] of Object.entries(description.paths)) {
      for (const method of METHODS.filter((name) => item[name]?.tags.includes(tag))) {
        place.append(operation(path, method, item[method]));
      }
    }
  }
  place.append(make("h2", {}, "Types"), ...prose("A member with * is always there."));
  for (const [name, schema] of Object.entries(description.components.schemas)) {
    place.append(typeTable(name, schema));
  }
  document.body.dataset.state = "ready";
}

fetch("/openapi.json").then((answer) => answer.json()).then(show).catch((error) => {
  const failure = make("p", { id: "failure" }, `The description cannot be read: ${error}`);
  document.getElementById("operations").replaceChildren(failure);
  document.body.dataset.state = "failed";
});
