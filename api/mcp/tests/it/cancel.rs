//! Whoever closes the connection has cancelled.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use actix_web::{App, HttpServer};
use kupets_mcp::Settings;
use serde_json::json;
use tokio::{io::AsyncWriteExt as _, net::TcpStream, time::sleep};

use crate::{ask::MODERN, shop::Shop};

async fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what} does not come");
        sleep(Duration::from_millis(10)).await;
    }
}

#[actix_web::test]
async fn closing_the_connection_ends_the_work() {
    let shop = Shop::default();
    let served = shop.clone();
    let server = HttpServer::new(move || {
        let shop = served.clone();
        App::new().configure(|config| shop.mount(config, &Settings::default()))
    })
    .workers(1)
    .h1_allow_half_closed(false)
    .bind(("127.0.0.1", 0))
    .unwrap();
    let address = server.addrs()[0];
    let running = server.run();
    let handle = running.handle();
    actix_web::rt::spawn(running);

    let params = json!({"name": "run_sql", "arguments": {"sql": "forever"}});
    let legacy = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).to_string();
    let mut params = params.clone();
    params["_meta"] = json!({"io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}});
    let modern = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).to_string();
    let extra = format!("MCP-Protocol-Version: {MODERN}\r\nMcp-Method: tools/call\r\nMcp-Name: run_sql\r\n");
    for (body, extra, nth) in [(legacy, String::new(), 1), (modern, extra, 2)] {
        let mut client = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer kp_analyst\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\n{extra}Content-Length: {}\r\n\r\n",
            body.len()
        );
        client.write_all(head.as_bytes()).await.unwrap();
        client.write_all(body.as_bytes()).await.unwrap();
        until("the work", || shop.begun.load(Ordering::SeqCst) == nth).await;
        assert_eq!(shop.running.load(Ordering::SeqCst), 1);
        drop(client);
        until("the end of the work", || shop.running.load(Ordering::SeqCst) == 0).await;
    }
    handle.stop(false).await;
}
