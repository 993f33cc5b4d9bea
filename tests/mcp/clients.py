"""What clients in Python make of the product's tools:

    python clients.py URL KEY

Both clients are tried in both eras. With EXACT=1 the server is the small shop of the fixtures, whose answers are known.
"""
import asyncio
import os
import sys

import fastmcp
import mcp
from fastmcp.client.transports import StreamableHttpTransport
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

URL, KEY = sys.argv[1:3]
EXACT = os.environ.get("EXACT") == "1"
HEADERS = {"Authorization": f"Bearer {KEY}"}
MODES = {"old era": "legacy", "new era": "2026-07-28"}


def text(result):
    return "\n".join(block.text for block in result.content)


async def checked(tools, call):
    """Lists, calls with 1.5, a Cyrillic argument, and errors; `call` gives the raw result."""
    assert [tool.name for tool in tools][:3] == ["list_metrics", "query_metric", "rows_behind"], tools
    filters = [{"field": "order_amount", "op": "at_least", "values": [1.5]}]
    figures = await call("query_metric", {"metrics": ["revenue"], "filters": filters})
    assert not figures.is_error and len(figures.structured_content["rows"]) == 1, figures
    found = await call("customer", {"search": "Ёлкина «Ольга»"})
    assert not found.is_error, text(found)
    if EXACT:
        assert figures.structured_content["assumed"][0] == "order_amount AtLeast 1.5", figures
        assert found.structured_content["matches"][0]["name"] == "Ёлкина «Ольга»", found
    wrong = await call("query_metric", {"metrics": ["no such metric"]})
    assert wrong.is_error and "list_metrics" in text(wrong), wrong
    half = await call("query_metric", {"metrics": ["revenue"], "limit": 1.5})
    assert half.is_error and "limit" in text(half), half
    try:
        await call("выручка", {})
    except Exception as error:
        assert "выручка" in str(error), error
    else:
        raise AssertionError("a tool that there is not was called")


async def official(mode):
    async with create_mcp_http_client(headers=HEADERS) as http:
        async with mcp.Client(streamable_http_client(URL, http_client=http), mode=mode) as client:
            await checked((await client.list_tools()).tools, client.call_tool)


async def fast(mode):
    async with fastmcp.Client(StreamableHttpTransport(URL, headers=HEADERS), mode=mode) as client:
        await checked(await client.list_tools(), client.call_tool_mcp)


async def main():
    for name, client in {"mcp": official, "fastmcp": fast}.items():
        for era, mode in MODES.items():
            await client(mode)
            print(f"mcp: {name} in Python, {era}: lists, calls, errors")


asyncio.run(main())
