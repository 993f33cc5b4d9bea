//! The routes, a file a group. What is registered in [`configure`] is in the OpenAPI document by that alone.

mod accounts;
mod connection;
mod customers;
mod forecast;
mod ingest;
mod keys;
mod offers;
mod ops;
mod page;
mod pagination;
mod query_schema;
mod recommendations;
mod reports;
mod segments;
mod sql;
mod trends;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of the API. Ingest comes first: routes are tried in order, and it is called the most.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(ingest::send_purchases)
        .service(ingest::send_customers)
        .service(ingest::send_interactions)
        .service(accounts::register)
        .service(accounts::login)
        .service(accounts::logout)
        .service(accounts::me)
        .service(keys::create)
        .service(keys::list)
        .service(keys::revoke)
        .service(connection::status)
        .service(customers::list)
        .service(customers::card)
        .service(customers::timeline)
        .service(offers::offers)
        .service(customers::edit)
        .service(customers::erase)
        .service(reports::catalogue)
        .service(reports::report)
        .service(segments::list)
        .service(segments::change)
        .service(segments::reset)
        .service(forecast::forecast)
        .service(trends::trends)
        .service(trends::explain)
        .service(recommendations::list)
        .service(recommendations::decide)
        .service(sql::query)
        .service(ops::healthz)
        .service(ops::readyz)
        .service(ops::metrics)
        .service(ops::openapi);
}

/// What the address for metrics alone serves.
pub fn configure_metrics(config: &mut web::ServiceConfig) {
    config.service(ops::own_metrics);
}

/// Pages for people, which are no part of the API.
pub fn configure_hidden(config: &mut web::ServiceConfig) {
    config.service(page::home).service(page::docs).service(page::docs_asset);
}
