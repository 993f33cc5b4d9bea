//! Documented limits of what one request may hold. Sizes of texts are in bytes of UTF-8.

/// Records in one request.
pub const MAX_RECORDS: usize = 100_000;
/// Lines of one purchase.
pub const MAX_LINES: usize = 10_000;
/// An id: of a customer, a purchase, an interaction or a product. At least 1.
pub const MAX_ID_BYTES: usize = 200;
/// A text field that is not an id and not a body: a name, a category, a channel, a subject, …
pub const MAX_TEXT_BYTES: usize = 1024;
/// The body of an interaction.
pub const MAX_BODY_BYTES: usize = 64 << 10;
/// Keys of `attributes`.
pub const MAX_ATTRIBUTES: usize = 100;
/// `attributes` as compact JSON.
pub const MAX_ATTRIBUTES_BYTES: usize = 16 << 10;
/// Tags of a customer.
pub const MAX_TAGS: usize = 50;
/// One tag.
pub const MAX_TAG_BYTES: usize = 200;
/// Entries of a customer's `consent`.
pub const MAX_CONSENTS: usize = 50;
/// `attributes`, `tags` or `consent` as sent, with white space and escapes.
pub const MAX_RAW_JSON_BYTES: usize = 64 << 10;
/// Memory that the rows of one request take, by estimate, beyond what its body says once: texts of a purchase that are
/// stored with each of its lines (ids, channel, attributes), lines, and values in attributes of customers. It bounds
/// what a small body can ask for, and is out of reach of half a million usual lines.
pub const MAX_EXPANSION_BYTES: usize = 256 << 20;
/// Problems listed in the answer to a refused request; the rest are counted.
pub const MAX_LISTED_ERRORS: usize = 1000;
/// Problems listed for one record; the rest are counted.
pub const MAX_ERRORS_A_RECORD: usize = 20;
/// First year of a time, in UTC.
pub const MIN_YEAR: i32 = 1900;
/// Last year of a time, in UTC.
pub const MAX_YEAR: i32 = 2200;
