//! The routes, a file a group. What is registered in [`configure`] is in the OpenAPI document by that alone.

mod assistant;
mod assistant_settings;
mod audit;
mod auth;
mod connection;
mod conversations;
mod customer_merges;
mod customers;
mod dashboards;
mod deliveries;
mod events;
mod exports;
mod forecast;
mod imports;
mod ingest;
mod invites;
mod keys;
mod me;
mod members;
mod notes;
mod offers;
mod ops;
mod page;
mod pagination;
mod people;
mod query_schema;
mod recommendations;
mod records;
mod reports;
mod sample_data;
mod saved;
mod saved_reports;
mod segments;
mod sessions;
mod sql;
pub(crate) mod tasks;
mod telegram;
mod telegram_outbox;
mod trends;
mod verified_questions;
mod views;
mod web;
mod webhooks;
mod workspaces;

use actix_web::web::ServiceConfig as PlainConfig;
use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of the API. Ingest comes first: routes are tried in order, and it is called the most.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(ingest::send_purchases)
        .service(ingest::send_customers)
        .service(ingest::send_interactions)
        .service(auth::register)
        .service(auth::login)
        .service(auth::logout)
        .service(auth::me)
        .service(me::change)
        .service(me::confirm_email)
        .service(auth::change_password)
        .service(auth::ask_reset)
        .service(auth::reset_password)
        .service(sessions::list)
        .service(sessions::end)
        .service(members::list)
        .service(members::set_role)
        .service(members::remove)
        .service(invites::create)
        .service(invites::list)
        .service(invites::revoke)
        .service(workspaces::list)
        .service(workspaces::create)
        .service(workspaces::change)
        .service(workspaces::delete)
        .service(workspaces::switch)
        .service(audit::list)
        .service(keys::create)
        .service(keys::list)
        .service(keys::revoke)
        .service(telegram::make_link)
        .service(telegram::list)
        .service(telegram::remove)
        .service(telegram::redeem)
        .service(telegram::unlink)
        .service(telegram::name_bot)
        .service(connection::status)
        .service(events::listen)
        .service(deliveries::create)
        .service(deliveries::list)
        .service(deliveries::change)
        .service(deliveries::remove)
        .service(deliveries::runs)
        .service(telegram_outbox::take)
        .service(telegram_outbox::settle)
        .service(webhooks::create)
        .service(webhooks::list)
        .service(webhooks::detail)
        .service(webhooks::change)
        .service(webhooks::remove)
        .service(webhooks::test)
        .service(webhooks::deliveries)
        .service(exports::create)
        .service(exports::list)
        .service(exports::detail)
        .service(exports::file)
        .service(exports::remove)
        .service(imports::send)
        .service(imports::list)
        .service(imports::detail)
        .service(imports::change)
        .service(imports::run)
        .service(imports::errors)
        .service(imports::remove)
        .service(sample_data::status)
        .service(sample_data::fill)
        .service(sample_data::remove)
        .service(records::purchases)
        .service(records::one_purchase)
        .service(records::delete_purchase)
        .service(records::interactions)
        .service(records::one_interaction)
        .service(records::delete_interaction)
        .service(customers::list)
        .service(customers::card)
        .service(customers::timeline)
        .service(customers::export)
        .service(customer_merges::duplicates)
        .service(customer_merges::list_merged)
        .service(customer_merges::merge)
        .service(customer_merges::undo)
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
        .service(notes::list)
        .service(notes::write)
        .service(notes::change)
        .service(notes::remove)
        .service(tasks::list)
        .service(tasks::create)
        .service(tasks::detail)
        .service(tasks::change)
        .service(tasks::remove)
        .service(saved_reports::list)
        .service(saved_reports::create)
        .service(saved_reports::detail)
        .service(saved_reports::change)
        .service(saved_reports::remove)
        .service(saved_reports::run)
        .service(views::list)
        .service(views::create)
        .service(views::change)
        .service(views::remove)
        .service(dashboards::list)
        .service(dashboards::create)
        .service(dashboards::detail)
        .service(dashboards::change)
        .service(dashboards::remove)
        .service(sql::query)
        .service(assistant::metrics)
        .service(assistant::message)
        .service(assistant::rows)
        .service(assistant_settings::settings)
        .service(assistant_settings::set_up)
        .service(conversations::kept)
        .service(conversations::give_feedback)
        .service(conversations::list)
        .service(conversations::detail)
        .service(conversations::remove)
        .service(verified_questions::list)
        .service(verified_questions::verify)
        .service(verified_questions::remove)
        .service(verified_questions::check)
        .service(ops::healthz)
        .service(ops::readyz)
        .service(ops::metrics)
        .service(ops::openapi);
}

/// What the address for metrics alone serves.
pub fn configure_metrics(config: &mut PlainConfig) {
    config.service(ops::own_metrics);
}

/// Pages for people, which are no part of the API.
pub fn configure_hidden(config: &mut PlainConfig) {
    if !web::is_built_in() {
        config.service(page::home);
    }
    config.service(page::docs).service(page::docs_asset);
}

pub use web::serve as page_of_web;
