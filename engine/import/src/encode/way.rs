//! How the rows of one record are written, where that differs from what their cells say.

use rust_decimal::Decimal;

use super::super::mapping::Kind;

/// How the rows of a part are written.
#[derive(Debug, Clone, Default)]
pub(super) struct Way<'a> {
    /// Its id, where it is another one than its cells say.
    pub(super) id: Option<String>,
    /// The purchase that it takes back.
    pub(super) refund_of: Option<String>,
    /// Its sums are taken back, whatever their sign.
    pub(super) back: bool,
    /// All that it comes to, instead of its lines.
    pub(super) sum: Option<Decimal>,
    pub(super) status: Option<&'a str>,
    pub(super) currency: Option<&'static str>,
}

impl Way<'_> {
    /// What is written besides.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [("refund_of", self.refund_of.as_deref()), ("status", self.status), ("currency", self.currency)];
        all.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }

    /// Whether a field is not to be taken from its cell.
    pub(super) fn replaces(&self, kind: Kind, name: &str, id_name: &str) -> bool {
        kind == Kind::Status || self.id.is_some() && name == id_name || self.refund_of.is_some() && name == "refund_of"
    }
}
