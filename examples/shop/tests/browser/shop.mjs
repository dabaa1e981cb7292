// Shops in a real browser: `node shop.mjs ADDRESS CHROMIUM SCREENSHOT`. It prints what it has seen, and fails if it has not.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [address, executablePath, screenshot] = process.argv.slice(2);
// As root, Chromium has no sandbox. It sees nothing here but the shop.
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, deviceScaleFactor: 1.5 });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  page.setDefaultTimeout(30_000);

  await page.goto(address);
  // Gone if the page is loaded again.
  await page.evaluate(() => { window.isSame = true; });

  /** Buys, and returns the number of the order. */
  async function buy(products, { customer = "Ada", card = "valid", country = "NL" } = {}) {
    for (const product of products) {
      const before = await page.locator("#cart").textContent();
      await page.locator(`[data-product="${product}"] .add`).click();
      await page.waitForFunction((text) => document.querySelector("#cart").textContent !== text, before);
    }
    await page.fill("[name=customer]", customer);
    await page.selectOption("[name=card]", card);
    await page.selectOption("[name=country]", country);
    const known = new Set(await page.locator("[data-order]").evaluateAll((all) => all.map((item) => item.dataset.order)));
    await page.click("#buy");
    const handle = await page.waitForFunction((known) => {
      const all = [...document.querySelectorAll("[data-order]")].map((item) => item.dataset.order);
      return all.find((order) => !known.includes(order));
    }, [...known]);
    return handle.jsonValue();
  }

  /** Waits until the order is there; it moves by itself. */
  async function arrives(order, lane) {
    await page.locator(`[data-lane="${lane}"] [data-order="${order}"]`).waitFor();
    console.log(`${order} is ${lane}`);
  }

  // A customer buys, and sees the order move to its end.
  const first = await buy(["mug", "mug", "lamp"]);
  await arrives(first, "money");
  await arrives(first, "packing");
  await arrives(first, "shipped");

  // All that has happened to it, in the order of the modules.
  await page.click(`[data-order="${first}"] button`);
  await page.locator("#history[open]").waitFor();
  const events = await page.locator("#events .event").allTextContents();
  const inOrder = ["OrderPlaced", "StockReserved", "PaymentRequested", "Charged", "PaymentConfirmed", "ShipmentPrepared",
    "ShipmentDispatched", "StockDispatched", "OrderCompleted"];
  assert.deepEqual(events.filter((event) => inOrder.includes(event)), inOrder);
  await page.click("#history-close");

  // One of each kind that comes to nothing, and one that is packed.
  const declined = await buy(["kite"], { customer: "Grace", card: "declined" });
  const nowhere = await buy(["compass"], { customer: "Amundsen", country: "AQ" });
  await arrives(declined, "cancelled");
  await arrives(nowhere, "cancelled");
  assert.match(await page.locator(`[data-order="${declined}"]`).textContent(), /card declined/);

  // The payment service is stopped: the next one times out, and what was reserved is free again.
  await page.click("#service");
  await page.locator('#service[aria-checked="false"]').waitFor();
  const free = () => page.locator('[data-product="telescope"] .there').textContent();
  const before = await free();
  const late = await buy(["telescope"], { customer: "Linus" });
  await arrives(late, "money");
  await page.waitForFunction((text) => document.querySelector('[data-product="telescope"] .there').textContent !== text, before);
  await arrives(late, "cancelled");
  assert.match(await page.locator(`[data-order="${late}"]`).textContent(), /payment timed out/);
  await page.waitForFunction((text) => document.querySelector('[data-product="telescope"] .there').textContent === text, before);
  await page.click("#service");
  await page.locator('#service[aria-checked="true"]').waitFor();

  // A picture with something in each lane.
  await buy(["headphones", "chess"], { customer: "Margaret" });
  await buy(["plant", "umbrella"], { customer: "Barbara", card: "slow" });
  await buy(["backpack"], { customer: "Edsger", card: "silent" });
  // Somebody else wants more than there is: the page shows that too.
  await page.evaluate(async () => {
    const send = (method, path, body) => fetch(path, {
      method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    }).then((response) => response.json());
    const { order } = await (await fetch("/api/carts", { method: "POST" })).json();
    await send("PUT", `/api/carts/${order}/items/kite`, { quantity: 40 });
    await send("POST", `/api/carts/${order}/checkout`, { customer: "Benjamin", card: "valid", country: "DE" });
  });
  await page.locator('[data-lane="goods"] [data-order]').waitFor();
  await page.locator('[data-lane="packing"] [data-order]').first().waitFor();
  await buy(["notebook"], { customer: "Alan" });
  await page.locator('[data-product="pencils"] .add').click();
  await page.locator("#cart li").first().waitFor();
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  await page.screenshot({ path: screenshot });

  assert.equal(await page.evaluate(() => window.isSame), true, "the page was loaded again");
  assert.deepEqual(complaints, []);
  console.log("seen: bought, shipped, declined, undeliverable, timed out");
} finally {
  await browser.close();
}
