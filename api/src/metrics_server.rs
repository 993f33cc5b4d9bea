//! Metrics on an address of their own, for those who let the world reach the main one.

use std::net::{SocketAddr, TcpListener};

use actix_web::{App, HttpServer, dev::Server};

use crate::routes;

/// What serves `/metrics` and nothing else, and where.
#[derive(Debug)]
pub struct MetricsListener(TcpListener);

impl MetricsListener {
    /// Listens on `address`.
    ///
    /// # Errors
    /// It is taken, or not of this machine.
    pub fn bind(address: SocketAddr) -> std::io::Result<Self> {
        TcpListener::bind(address).map(Self)
    }

    /// The address, with the port that was taken for port 0.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// Serves on one thread: one scraper asks every few seconds.
    ///
    /// # Errors
    /// The listener cannot be used.
    pub fn serve(self) -> std::io::Result<Server> {
        let app = || App::new().configure(routes::configure_metrics);
        Ok(HttpServer::new(app).workers(1).disable_signals().listen(self.0)?.run())
    }
}
