// What clients in TypeScript make of the product's tools:
//
//   node clients.mjs URL KEY
//
// The 1.x client speaks the old era alone; the 2.x client is tried in both. With EXACT=1 the server is the small shop of the
// fixtures, whose answers are known.
import assert from "node:assert/strict";
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as Transport1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const [url, key] = [new URL(process.argv[2]), process.argv[3]];
const exact = process.env.EXACT === "1";
const me = { name: "kupets-tests", version: "1.0.0" };
const headers = { requestInit: { headers: { Authorization: `Bearer ${key}` } } };

const kinds = {
  "@modelcontextprotocol/sdk 1.x": () => [new Client1(me), new Transport1(url, headers)],
  "@modelcontextprotocol/client 2.x, old era": () => [new Client(me), new StreamableHTTPClientTransport(url, headers)],
  "@modelcontextprotocol/client 2.x, new era": () => [
    new Client(me, { versionNegotiation: { mode: { pin: "2026-07-28" } } }),
    new StreamableHTTPClientTransport(url, headers),
  ],
};

const text = (result) => result.content.map((block) => block.text).join("\n");

for (const [kind, make] of Object.entries(kinds)) {
  const [client, transport] = make();
  await client.connect(transport);

  const { tools } = await client.listTools();
  const names = tools.map((tool) => tool.name);
  assert.deepEqual(names.slice(0, 3), ["list_metrics", "query_metric", "rows_behind"]);
  assert.ok(tools.every((tool) => tool.annotations?.readOnlyHint && tool.outputSchema));

  // The clients hold each answer against the tool's output schema themselves.
  const figures = await client.callTool({
    name: "query_metric",
    arguments: { metrics: ["revenue"], filters: [{ field: "order_amount", op: "at_least", values: [1.5] }] },
  });
  assert.ok(!figures.isError, text(figures));
  assert.equal(figures.structuredContent.rows.length, 1);
  if (exact) assert.equal(figures.structuredContent.assumed[0], "order_amount AtLeast 1.5");

  const found = await client.callTool({ name: "customer", arguments: { search: "Ёлкина «Ольга»" } });
  assert.ok(!found.isError, text(found));
  if (exact) assert.equal(found.structuredContent.matches[0].name, "Ёлкина «Ольга»");

  const wrong = await client.callTool({ name: "query_metric", arguments: { metrics: ["no such metric"] } });
  assert.ok(wrong.isError && text(wrong).includes("list_metrics"), text(wrong));
  const half = await client.callTool({ name: "query_metric", arguments: { metrics: ["revenue"], limit: 1.5 } });
  assert.ok(half.isError && text(half).includes("limit"), text(half));
  await assert.rejects(client.callTool({ name: "выручка", arguments: {} }), /выручка/);

  await client.close();
  console.log(`mcp: ${kind}: lists, calls, errors`);
}
