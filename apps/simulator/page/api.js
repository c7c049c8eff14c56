/** The simulator's HTTP interface, as the page uses it. */

async function call(method, path, body) {
  const form = body instanceof FormData;
  const answer = await fetch(path, {
    method,
    headers: body && !form ? { "Content-Type": "application/json" } : {},
    body: form ? body : body && JSON.stringify(body),
  });
  const json = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.error?.message ?? `HTTP ${answer.status}`);
  return json;
}

const query = (values) => new URLSearchParams(values).toString();

export const api = {
  state: () => call("GET", "/control/state"),
  people: (number) => call("GET", `/phone/people?${query({ phone_number_id: number })}`),
  chat: (number, customer) => call("GET", `/phone/chat?${query({ phone_number_id: number, customer })}`),
  write: (number, customer, content) =>
    call("POST", "/control/inbound", { phone_number_id: number, from: customer, ...content }),
  handOver: (number, customer, to) =>
    call("POST", "/control/handovers", { phone_number_id: number, from: customer, to }),
  respond: (number, customer, text) =>
    call("POST", "/control/responder", { phone_number_id: number, from: customer, text }),
  webhook: (change) => call("POST", "/control/webhooks", change),
  read: (number, customer) => call("POST", "/control/read", { phone_number_id: number, from: customer }),
  addCustomer: (customer) => call("POST", "/control/customers", customer),
  changeCustomer: (phone, changes) => call("PATCH", `/control/customers/${phone}`, changes),
  switches: (changes) => call("PATCH", "/control/switches", changes),
  clock: (change) => call("POST", "/control/clock", change),
  reset: () => call("POST", "/control/reset", {}),
  deliveries: () => call("GET", "/control/deliveries?limit=60"),
  ledger: (number) =>
    call("GET", `/control/ledger?${query({ phone_number_id: number, order: "newest", limit: 40 })}`),
  upload: (number, file, name) => {
    const form = new FormData();
    form.append("file", file, name);
    return call("POST", `/phone/media?${query({ phone_number_id: number })}`, form);
  },
};
