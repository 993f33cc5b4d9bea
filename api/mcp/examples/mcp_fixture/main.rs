//! The server that the official conformance suite and the clients are run against, by tests/mcp/run.sh: the suite's own fixtures
//! at `/fixture`, open to all, and a small shop with the product's tools at `/mcp`, behind keys.

#[path = "../../tests/it/shop.rs"]
mod shop;
mod suite;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use async_trait::async_trait;
use kupets_mcp::{Authenticate, Endpoint, Settings};

/// Lets everybody in: the suite's fixtures hold nothing.
struct Open;

#[async_trait(?Send)]
impl Authenticate for Open {
    type Caller = ();

    async fn authenticate(&self, _: &HttpRequest) -> Result<(), HttpResponse> {
        Ok(())
    }
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let fixture = Endpoint::new(&Settings::default(), Open, suite::Suite);
    let server = HttpServer::new(move || {
        let shop = shop::Shop::default();
        App::new().service(fixture.resource("/fixture")).configure(|config| shop.mount(config, &Settings::default()))
    })
    .workers(2)
    .h1_allow_half_closed(false)
    .bind(("127.0.0.1", 0))?;
    for address in server.addrs() {
        println!("The fixtures are served at http://{address}");
    }
    server.run().await
}
