//! How types of other crates stand in the OpenAPI document.

use kupets_core::Role;
use utoipa::openapi::{Object, ObjectBuilder, Type};

/// A role.
pub fn role() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(Role::ALL.map(Role::name)))
        .description(Some("Each may what the ones before it may: viewer, analyst, manager, admin, owner."))
        .build()
}
