// The page of the shop. It shows what `/api/live` sends, and sends what is clicked; it decides nothing.

const $ = (id) => document.getElementById(id);
const money = (cents) => `€ ${(cents / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

/** An element with a class, text or children, and what else it should have. */
function make(tag, className, content, properties = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...[content ?? []].flat());
  return Object.assign(element, properties);
}

/** An element of SVG, which is another language. */
function drawn(tag, attributes, content = []) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

const picture = (product) =>
  drawn("svg", { class: "picture", "aria-hidden": "true" }, [drawn("use", { href: `/pictures.svg#${product}` })]);

let shop = { orders: [], products: [], tally: {}, revenue: { total: {}, minutes: [] }, payment_service: { running: true } };
let cart = null;
const mine = new Set();

// ---- Talking to the shop ----

class Problem extends Error {
  constructor({ title, detail, status }) {
    super(detail || title);
    this.status = status;
  }
}

/** A request that changes something is sent again, with the same key, if its answer is lost: it is done once. */
async function call(method, path, { body, headers = {} } = {}) {
  const changes = method === "POST";
  if (changes) headers["Idempotency-Key"] = randomKey();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
      const text = await response.text();
      const answer = text ? JSON.parse(text) : null;
      if (!response.ok) throw new Problem(answer);
      return { answer, tag: response.headers.get("ETag") };
    } catch (error) {
      if (error instanceof Problem || attempt === 3) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
    }
  }
}

/** `crypto.randomUUID` is there only where the page comes from this machine or over TLS. */
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16).padStart(8, "0")).join("");
}

function say(text, isBad = false) {
  $("message").textContent = text;
  $("message").classList.toggle("bad", isBad);
}

/** Does something for a click, and says what went wrong. */
function doing(work) {
  return async (event) => {
    event?.preventDefault?.();
    try {
      await work(event);
    } catch (error) {
      say(error.message, true);
    }
  };
}

// ---- The cart ----

let turn = Promise.resolve();

/** One click after the other: each changes what the one before has left. */
function change(product, by) {
  turn = turn.catch(() => {}).then(() => put(product, inCart(product) + by));
  return turn;
}

async function put(product, quantity) {
  if (!cart) await show("POST", "/api/carts");
  const path = `/api/carts/${cart.order}/items/${product}`;
  // Only if the cart is still what the page shows.
  const headers = { "If-Match": cart.tag };
  try {
    await (quantity > 0 ? show("PUT", path, { headers, body: { quantity } }) : show("DELETE", path, { headers }));
    say("");
  } catch (error) {
    if (error.status === 412) await show("GET", `/api/carts/${cart.order}`);
    throw error;
  }
}

/** Calls for a cart, and shows it. */
async function show(method, path, options) {
  const { answer, tag } = await call(method, path, options);
  cart = { ...answer, tag };
  drawCart();
}

const inCart = (product) => cart?.lines.find((line) => line.product === product)?.quantity ?? 0;

async function checkout(event) {
  await turn.catch(() => {});
  const { customer, card, country } = event.target.elements;
  const body = { customer: customer.value, card: card.value, country: country.value };
  await call("POST", `/api/carts/${cart.order}/checkout`, { headers: { "If-Match": cart.tag }, body });
  mine.add(cart.order);
  cart = null;
  say("Ordered. Watch it below.");
  drawCart();
  drawBoard();
}

function drawCart() {
  const lines = cart?.lines ?? [];
  $("cart-empty").hidden = lines.length > 0;
  $("buy").disabled = lines.length === 0;
  $("cart-total").textContent = lines.length ? `for ${money(cart.total)}` : "";
  $("cart").replaceChildren(...lines.map((line) => {
    const { product, quantity, price } = line;
    const step = (sign, by) => make("button", "", sign, {
      type: "button",
      ariaLabel: `${by > 0 ? "one more" : "one less"} of ${product}`,
      onclick: doing(() => change(product, by)),
    });
    const name = shop.products.find((one) => one.product === product)?.name ?? product;
    return make("li", "", [
      make("span", "", name),
      make("span", "step", [step("−", -1), String(quantity), step("+", 1)]),
      make("span", "", money(price * quantity)),
    ]);
  }));
}

// ---- The shelf ----

function drawShelf() {
  $("products").replaceChildren(...shop.products.map((one) => {
    const there = one.available > 0 ? `${one.available} in stock` : "none in stock";
    const wanted = one.wanted > 0 ? `, ${one.wanted} wanted` : "";
    const add = make("button", "add", "Add", {
      type: "button",
      ariaLabel: `put ${one.name} into the cart`,
      onclick: doing(() => change(one.product, 1)),
    });
    const deliver = make("button", "", "+10", {
      type: "button",
      title: "ten more come in",
      ariaLabel: `deliver ten of ${one.name}`,
      onclick: doing(() => call("POST", `/api/products/${one.product}/deliveries`, { body: { quantity: 10 } })),
    });
    const item = make("li", "product", [
      picture(one.product),
      make("span", "name", one.name),
      make("span", "price", money(one.price)),
      make("span", one.available > 0 ? "there" : "there none", there + wanted),
      make("span", "actions", [add, deliver]),
    ]);
    item.dataset.product = one.product;
    return item;
  }));
}

// ---- The board ----

const REASONS = {
  by_customer: "by the customer",
  out_of_stock: "out of stock",
  payment_declined: "card declined",
  payment_timed_out: "payment timed out",
  undeliverable: "nobody delivers there",
};
/** Which lane an order of a status is in, where they differ. */
const LANES = { placed: "goods", back_ordered: "goods", reserved: "money", paid: "packing" };

function drawOrder(order) {
  const goods = order.lines.flatMap(({ product, quantity }) =>
    [picture(product), quantity > 1 ? `\u00d7${quantity} ` : " "]);
  const names = order.lines.map(({ product, quantity }) => `${quantity} ${product}`).join(", ");
  const why = order.reason ? [make("span", "why", REASONS[order.reason] + (order.refunded ? ", refunded" : ""))] : [];
  const card = make("button", mine.has(order.order) ? "order mine" : "order", [
    make("span", "what", goods, { title: names }),
    make("span", "who", [make("span", "", order.customer), make("span", "", money(order.total))]),
    ...why,
  ], { type: "button", onclick: () => open(order.order) });
  const item = make("li", "", card);
  item.dataset.order = order.order;
  item.dataset.status = order.status;
  return item;
}

/** Cards that change their lane move there, so that eyes can follow. */
function drawBoard() {
  const before = new Map([...document.querySelectorAll("[data-order]")]
    .map((item) => [item.dataset.order, item.getBoundingClientRect()]));
  const focused = document.activeElement?.closest?.("[data-order]")?.dataset.order;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const lane of document.querySelectorAll("[data-lane]")) {
    const here = shop.orders.filter((order) => (LANES[order.status] ?? order.status) === lane.dataset.lane);
    lane.querySelector("ol").replaceChildren(...here.map(drawOrder));
  }
  for (const item of document.querySelectorAll("[data-order]")) {
    const [from, to] = [before.get(item.dataset.order), item.getBoundingClientRect()];
    if (item.dataset.order === focused) item.firstChild.focus({ preventScroll: true });
    if (still || (from && from.left === to.left && from.top === to.top)) continue;
    item.animate(from
      ? [{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)` }, { transform: "none" }]
      : [{ opacity: 0, transform: "translateY(-8px)" }, { opacity: 1, transform: "none" }],
      { duration: 350, easing: "cubic-bezier(.2, .8, .2, 1)" });
  }
}

// ---- What happened to an order ----

let opened = null;

async function open(order) {
  opened = order;
  await drawHistory();
  if (opened === order && !$("history").open) $("history").showModal();
}

async function drawHistory() {
  const order = shop.orders.find((one) => one.order === opened);
  const { answer } = await call("GET", `/api/orders/${opened}/history`);
  const begun = new Date(answer.events[0].time);
  $("history-title").textContent = `Order ${opened.slice(-8)}${order ? `, ${order.customer}` : ""}`;
  $("events").replaceChildren(...answer.events.map(({ time, module, event }) => {
    const after = (new Date(time) - begun) / 1000;
    return make("li", "", [
      make("span", "after", `+ ${after.toFixed(3)} s`),
      make("span", module === "payment service" ? "module outside" : "module", module),
      make("span", "event", event),
    ]);
  }));
  $("cancel").hidden = !order || ["shipped", "cancelled"].includes(order.status);
}

// ---- Revenue ----

function drawRevenue() {
  const { minutes, total } = shop.revenue;
  const last = minutes.slice(-24);
  const most = Math.max(1, ...last.map((one) => one.revenue));
  const bars = last.map((one, index) => {
    const height = Math.max(1, 62 * one.revenue / most);
    return drawn("rect", { x: index * 10 + 1, y: 68 - height, width: 8, height, rx: 1.5 });
  });
  $("revenue").replaceChildren(drawn("line", { x1: 0, y1: 68.5, x2: 240, y2: 68.5 }), ...bars);
  if (total.orders) $("revenue-text").textContent = `${money(total.revenue)} from ${total.orders} ${total.orders === 1 ? "order" : "orders"} in all`;
}

// ---- Everything ----

function draw(next) {
  const previous = shop;
  shop = next;
  const { placed = 0, shipped = 0, cancelled = 0 } = shop.tally;
  $("tally-placed").textContent = placed;
  $("tally-open").textContent = placed - shipped - cancelled;
  $("tally-shipped").textContent = shipped;
  $("tally-cancelled").textContent = cancelled;
  $("tally-revenue").textContent = money(shop.revenue.total.revenue ?? 0);
  $("service").ariaChecked = String(shop.payment_service.running);
  $("service-text").textContent = shop.payment_service.running ? "Payment service runs" : "Payment service is stopped";
  const changed = (part) => JSON.stringify(previous[part]) !== JSON.stringify(shop[part]);
  if (changed("products")) drawShelf();
  if (changed("orders")) drawBoard();
  if (changed("revenue")) drawRevenue();
  if (opened && changed("orders")) drawHistory().catch(() => {});
}

$("checkout").addEventListener("submit", doing(checkout));
$("service").addEventListener("click", doing(() =>
  call("PUT", "/api/payment-service", { body: { running: !shop.payment_service.running } })));
$("history-close").addEventListener("click", () => $("history").close());
$("history").addEventListener("close", () => { opened = null; });
$("cancel").addEventListener("click", doing(() => call("POST", `/api/orders/${opened}/cancellation`)));

// The browser connects again by itself when the connection is lost.
new EventSource("/api/live").addEventListener("shop", (event) => draw(JSON.parse(event.data)));
drawCart();
