//! Parses an interaction.

use super::{
    Interaction, attributes,
    errors::RecordErrors,
    object::{Fields, Object, Sent},
    parse::{Context, Record},
    text, time,
};

const INTERACTION_ID: usize = 0;
const CUSTOMER_ID: usize = 1;
const KIND: usize = 2;
const OCCURRED_AT: usize = 3;
const CHANNEL: usize = 4;
const DIRECTION: usize = 5;
const SUBJECT: usize = 6;
const BODY: usize = 7;
const OUTCOME: usize = 8;
const AGENT: usize = 9;
const ATTRIBUTES: usize = 10;

impl Record for Interaction {
    const FIELDS: Fields = &[
        "interaction_id",
        "customer_id",
        "kind",
        "occurred_at",
        "channel",
        "direction",
        "subject",
        "body",
        "outcome",
        "agent",
        "attributes",
    ];

    fn read(object: &Object<'_>, context: &mut Context<'_>, errors: &mut RecordErrors) -> Self {
        object.check_keys(errors, "fields of your own go under `attributes`");
        let zone = context.options.time_zone;
        Self {
            interaction_id: context.id(object, INTERACTION_ID, errors),
            customer_id: object.optional(CUSTOMER_ID, errors, text::id),
            original_customer_id: None,
            kind: object.required(KIND, errors, text::line),
            channel: object.optional(CHANNEL, errors, text::line),
            direction: object.optional(DIRECTION, errors, text::direction),
            subject: object.optional(SUBJECT, errors, text::line),
            body: object.optional(BODY, errors, text::body),
            outcome: object.optional(OUTCOME, errors, text::line),
            agent: object.optional(AGENT, errors, text::line),
            occurred_at: object
                .optional(OCCURRED_AT, errors, |raw| time::parse(raw, zone))
                .unwrap_or_else(|| context.now_us()),
            attributes: object.optional(ATTRIBUTES, errors, attributes::stored),
            import_id: None,
            is_undated: !matches!(object.get(OCCURRED_AT), Sent::Value(_)),
        }
    }

    fn expansion_bytes(&self) -> usize {
        0
    }
}
