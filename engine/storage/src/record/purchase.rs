//! Parses a purchase and its lines.

use std::ops::ControlFlow;

use super::{
    Line, Purchase, attributes,
    decimal::{self, DecimalError},
    errors::RecordErrors,
    kind::{self, LineKind, Status},
    limits::{MAX_ID_BYTES, MAX_LINES},
    object::{Fields, Object, Sent, read_array},
    parse::{Context, Record},
    text, time,
};

/// Fields of a line. A purchase of one line has them at its top level.
pub const LINE_FIELDS: &[&str] = &[
    "product_id",
    "product",
    "category",
    "quantity",
    "unit_price",
    "amount",
    "kind",
    "cost",
    "discount",
    "vat_rate",
    "variant",
];
const PRODUCT_ID: usize = 0;
const PRODUCT: usize = 1;
const CATEGORY: usize = 2;
const QUANTITY: usize = 3;
const UNIT_PRICE: usize = 4;
const AMOUNT: usize = 5;
/// Where the fields of a line that came later begin, in [`LINE_FIELDS`] and in a purchase's own; those before are at the same
/// positions in both.
const MORE_IN_LINE: usize = 6;
const MORE_IN_PURCHASE: usize = 16;
// Behind that place.
const KIND: usize = 0;
const COST: usize = 1;
const DISCOUNT: usize = 2;
const VAT_RATE: usize = 3;
const VARIANT: usize = 4;

const PURCHASE_ID: usize = 6;
const CUSTOMER_ID: usize = 7;
const OCCURRED_AT: usize = 8;
const CURRENCY: usize = 9;
const CHANNEL: usize = 10;
const ITEMS: usize = 11;
const ATTRIBUTES: usize = 12;
const STATUS: usize = 13;
const REFUND_OF: usize = 14;
const SOURCE: usize = 15;

/// Where a field of a line stands in a purchase's own.
fn in_purchase(field: usize) -> usize {
    if field < MORE_IN_LINE { field } else { field - MORE_IN_LINE + MORE_IN_PURCHASE }
}

impl Record for Purchase {
    // New fields come last: the id of a record without one is derived from the positions of its fields, and stays the same.
    const FIELDS: Fields = &[
        "product_id",
        "product",
        "category",
        "quantity",
        "unit_price",
        "amount",
        "purchase_id",
        "customer_id",
        "occurred_at",
        "currency",
        "channel",
        "items",
        "attributes",
        "status",
        "refund_of",
        "source",
        "kind",
        "cost",
        "discount",
        "vat_rate",
        "variant",
    ];

    fn read(object: &Object<'_>, context: &mut Context<'_>, errors: &mut RecordErrors) -> Self {
        object.check_keys(errors, "fields of your own go under `attributes`");
        let zone = context.options.time_zone;
        let currency = object.optional(CURRENCY, errors, text::currency);
        Self {
            purchase_id: context.id(object, PURCHASE_ID, errors),
            customer_id: object.optional(CUSTOMER_ID, errors, text::id),
            original_customer_id: None,
            occurred_at: object
                .optional(OCCURRED_AT, errors, |raw| time::parse(raw, zone))
                .unwrap_or_else(|| context.now_us()),
            currency: context.currency(currency),
            channel: object.optional(CHANNEL, errors, text::line),
            attributes: object.optional(ATTRIBUTES, errors, attributes::stored),
            status: object.optional(STATUS, errors, kind::word::<Status>).unwrap_or_default(),
            refund_of: object.optional(REFUND_OF, errors, text::id),
            source: object.optional(SOURCE, errors, text::line),
            lines: lines(object, errors),
            import_id: None,
            is_undated: !matches!(object.get(OCCURRED_AT), Sent::Value(_)),
        }
    }

    fn expansion_bytes(&self) -> usize {
        /// A parsed line and the fixed-size columns of its row.
        const LINE_BYTES: usize = 320;
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let texts = [&self.customer_id, &self.channel, &self.attributes, &self.refund_of, &self.source];
        let once = self.purchase_id.len() + texts.into_iter().map(length).sum::<usize>();
        // Both factors are bounded by the limits of a record: no overflow.
        (once + LINE_BYTES) * self.lines.len()
    }
}

fn lines(object: &Object<'_>, errors: &mut RecordErrors) -> Vec<Line> {
    let Sent::Value(raw) = object.get(ITEMS) else {
        return vec![line(object, MORE_IN_PURCHASE, errors)];
    };
    let beside: Vec<&str> = (0..LINE_FIELDS.len())
        .filter(|field| matches!(object.get(in_purchase(*field)), Sent::Value(_)))
        .map(|field| LINE_FIELDS[field])
        .collect();
    if !beside.is_empty() {
        let message =
            format!("stands beside {}: put these into its lines, or send them without `items`", beside.join(", "));
        errors.add("items", message);
    }
    let before = errors.count();
    let lines = items(raw, errors);
    if errors.count() == before {
        let total: i128 = lines.iter().map(|l| i128::from(l.amount)).sum();
        if decimal::in_range(total).is_none() {
            errors.add("items", format!("their amounts sum to more than {}", decimal::text(decimal::MAX)));
        }
    }
    lines
}

fn items(raw: &str, errors: &mut RecordErrors) -> Vec<Line> {
    const EXPECTED: &str = "an array of lines such as [{\"product\": \"Tea\", \"quantity\": 2, \"unit_price\": 2.55}]";
    if !raw.starts_with('[') {
        errors.add("items", format!("expected {EXPECTED}, got {}", text::shown(raw)));
        return Vec::new();
    }
    let mut lines = Vec::new();
    let mut too_many = false;
    let read = read_array(raw, LINE_FIELDS, &mut |at, element| {
        if at == MAX_LINES {
            too_many = true;
            return ControlFlow::Break(());
        }
        errors.at_line(Some(at));
        match element {
            Ok(object) => {
                object.check_keys(errors, "a line has no `attributes`: put fields of your own under the purchase's");
                lines.push(line(&object, MORE_IN_LINE, errors));
            }
            Err(error) => errors.add("", text::bare(&error)),
        }
        ControlFlow::Continue(())
    });
    errors.at_line(None);
    if let Err(error) = read {
        errors.add("items", text::bare(&error));
    } else if too_many {
        errors.add("items", format!("holds more than {MAX_LINES} lines; send them as several purchases"));
    } else if lines.is_empty() {
        // Each element that is no object has its own message by now.
        if raw[1..].trim_start().starts_with(']') {
            errors.add("items", format!("is empty: expected {EXPECTED}"));
        }
    }
    lines
}

/// Reads a line out of an element of `items` or out of the purchase itself. `more` is where its later fields begin.
fn line(object: &Object<'_>, more: usize, errors: &mut RecordErrors) -> Line {
    let before = errors.count();
    let product = object.optional(PRODUCT, errors, text::line);
    let product_id = object.optional(PRODUCT_ID, errors, text::id);
    if let (None, Some(name)) = (&product_id, &product)
        && name.len() > MAX_ID_BYTES
    {
        let length = name.len();
        errors
            .add(LINE_FIELDS[PRODUCT], format!("is {length} bytes long; over {MAX_ID_BYTES} a `product_id` is needed"));
    }
    let quantity = object.optional(QUANTITY, errors, |raw| text::decimal(raw, "send fewer digits"));
    let unit_price =
        object.optional(UNIT_PRICE, errors, |raw| text::decimal(raw, "send fewer digits, or `amount` instead"));
    let amount = object.optional(AMOUNT, errors, |raw| text::decimal(raw, "send fewer digits"));
    let category = object.optional(CATEGORY, errors, text::line);
    let kind = object.optional(more + KIND, errors, kind::word::<LineKind>).unwrap_or_default();
    let mut decimal =
        |field: usize| object.optional(more + field, errors, |raw| text::decimal(raw, "send fewer digits"));
    let (cost, discount, vat_rate) = (decimal(COST), decimal(DISCOUNT), decimal(VAT_RATE));
    if vat_rate.is_some_and(|rate| !(0..=100 * decimal::UNIT).contains(&rate)) {
        errors.add(LINE_FIELDS[MORE_IN_LINE + VAT_RATE], "is per cent, from 0 to 100: 22 is 22 %");
    }
    let variant = object.optional(more + VARIANT, errors, text::line);
    if let (Some(quantity), Some(amount)) = (quantity, amount)
        && kind.has_signs()
        && quantity.signum() * amount.signum() < 0
    {
        let (quantity, amount) = (decimal::text(quantity), decimal::text(amount));
        errors.add(
            LINE_FIELDS[QUANTITY],
            format!(
                "is {quantity} while `amount` is {amount}: what comes back has both negative; money without goods is a line of \
                 the `kind` discount, fee or other"
            ),
        );
    }

    // What takes money back takes goods back.
    let taken_back = amount.is_some_and(|amount| amount < 0);
    let quantity = quantity.unwrap_or(if taken_back { -decimal::UNIT } else { decimal::UNIT });
    let amount = match (amount, unit_price) {
        (Some(amount), _) => amount,
        (None, Some(price)) => product_of(quantity, price, errors),
        (None, None) => {
            // A price that was sent and is wrong has its own message.
            if errors.count() == before {
                errors.add(LINE_FIELDS[AMOUNT], "is required; or send `unit_price`, and `quantity` if it is not 1");
            }
            0
        }
    };
    Line {
        product_id: product_id.or_else(|| product.clone()),
        product,
        category,
        quantity,
        unit_price,
        amount,
        kind,
        cost,
        discount,
        vat_rate,
        variant,
    }
}

fn product_of(quantity: i64, price: i64, errors: &mut RecordErrors) -> i64 {
    decimal::multiply(quantity, price).unwrap_or_else(|error| {
        let product = format!("{} * {}", decimal::text(quantity), decimal::text(price));
        let message = match error {
            DecimalError::TooLarge => {
                format!("quantity * unit_price = {product} is over {}", decimal::text(decimal::MAX))
            }
            DecimalError::TooPrecise | DecimalError::NotANumber => {
                format!("quantity * unit_price = {product} needs more than 4 fraction digits; send `amount` as you booked it")
            }
        };
        errors.add(LINE_FIELDS[AMOUNT], message);
        0
    })
}
