//! Which column goes into which field of a record.

use super::header::plain;
use kupets_core::{Error, Result, schema::Table};
use std::fmt;

/// How the cells of a field are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text of one line.
    Text,
    /// A text that may have several lines.
    Prose,
    /// What something is known by.
    Id,
    /// A currency's code, or its name.
    Currency,
    Decimal,
    /// A number of goods, with or without its unit.
    Count,
    /// A share, with or without the mark of per cent.
    Percent,
    Time,
    Tags,
    /// A JSON object.
    Object,
    /// How far a purchase is, in a shop's words.
    Status,
    /// What a line is, in a shop's words.
    Line,
}

/// A field of a record as the REST API takes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FieldSpec {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// It belongs to a line of a purchase, not to the purchase.
    pub(super) of_line: bool,
}

const fn field(name: &'static str, kind: Kind) -> FieldSpec {
    FieldSpec { name, kind, of_line: false }
}

const fn line(name: &'static str, kind: Kind) -> FieldSpec {
    FieldSpec { name, kind, of_line: true }
}

static CUSTOMER: [FieldSpec; 7] = [
    field("customer_id", Kind::Id),
    field("name", Kind::Text),
    field("email", Kind::Text),
    field("phone", Kind::Text),
    field("created_at", Kind::Time),
    field("tags", Kind::Tags),
    field("attributes", Kind::Object),
];

static PURCHASE: [FieldSpec; 20] = [
    field("purchase_id", Kind::Id),
    field("customer_id", Kind::Id),
    field("occurred_at", Kind::Time),
    field("currency", Kind::Currency),
    field("channel", Kind::Text),
    field("status", Kind::Status),
    field("refund_of", Kind::Id),
    field("source", Kind::Text),
    line("product_id", Kind::Id),
    line("product", Kind::Text),
    line("category", Kind::Text),
    line("quantity", Kind::Count),
    line("unit_price", Kind::Decimal),
    line("amount", Kind::Decimal),
    line("kind", Kind::Line),
    line("cost", Kind::Decimal),
    line("discount", Kind::Decimal),
    line("vat_rate", Kind::Percent),
    line("variant", Kind::Text),
    field("attributes", Kind::Object),
];

static INTERACTION: [FieldSpec; 11] = [
    field("interaction_id", Kind::Id),
    field("customer_id", Kind::Id),
    field("kind", Kind::Text),
    field("occurred_at", Kind::Time),
    field("channel", Kind::Text),
    field("direction", Kind::Text),
    field("subject", Kind::Text),
    field("body", Kind::Prose),
    field("outcome", Kind::Text),
    field("agent", Kind::Text),
    field("attributes", Kind::Object),
];

/// The fields of a record; the first one is its id.
pub(super) fn fields(table: Table) -> &'static [FieldSpec] {
    match table {
        Table::Customers => &CUSTOMER,
        Table::Purchases => &PURCHASE,
        Table::Interactions => &INTERACTION,
    }
}

/// Names of the fields that columns may go into; `attributes.NAME` is one as well.
pub fn field_names(table: Table) -> Vec<&'static str> {
    let more = OF_PURCHASES.iter().filter(|_| table == Table::Purchases).map(|(name, _)| *name);
    fields(table).iter().map(|field| field.name).chain(more).collect()
}

/// Names of all fields, as headers have them.
pub(super) fn usual_names() -> Vec<String> {
    CUSTOMER.iter().chain(&PURCHASE).chain(&INTERACTION).map(|spec| plain(spec.name)).collect()
}

/// Where a column goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A field of the record or of its line.
    Field(&'static FieldSpec),
    /// The clock of a time whose date stands in another column.
    Clock(&'static FieldSpec),
    /// The zone of the row's times.
    TimeZone,
    /// What the whole purchase comes to, as each of its rows says it.
    OrderTotal,
    /// Whether the row is a sale, what came back, or none of both.
    Operation,
    /// What was given back of the purchase.
    Refunded,
    /// Several items in one cell.
    Items,
    /// One more column of a field, after those before it.
    Also(&'static FieldSpec, usize),
    /// A custom attribute of this name.
    Attribute(String),
}

/// What names the zone of a row in a mapping; it is no field of a record.
const TIME_ZONE: &str = "time_zone";
/// What names the total of a purchase that stands in each of its rows: it is taken once, and shared out among its lines.
pub(super) const ORDER_TOTAL: &str = "order_total";
/// What names the column that tells sales from what came back, whose sums mostly have no sign.
pub(super) const OPERATION: &str = "operation";
/// What names the column of what was given back of a purchase.
pub(super) const REFUNDED: &str = "refunded";
/// What names the column whose cells hold several items each.
pub(super) const ITEMS: &str = "items";

/// What columns of purchases may go into beside fields and attributes.
static OF_PURCHASES: [(&str, Target); 4] = [
    (ORDER_TOTAL, Target::OrderTotal),
    (OPERATION, Target::Operation),
    (REFUNDED, Target::Refunded),
    (ITEMS, Target::Items),
];

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(spec) => f.write_str(spec.name),
            Self::Clock(spec) => write!(f, "{} (clock)", spec.name),
            Self::TimeZone => f.write_str(TIME_ZONE),
            Self::OrderTotal => f.write_str(ORDER_TOTAL),
            Self::Operation => f.write_str(OPERATION),
            Self::Refunded => f.write_str(REFUNDED),
            Self::Items => f.write_str(ITEMS),
            Self::Also(spec, number) => write!(f, "{} ({})", spec.name, number + 1),
            Self::Attribute(name) => write!(f, "attributes.{name}"),
        }
    }
}

/// A person's mapping: pairs of field and column, as `field=column` and separated by commas. A backslash takes the next
/// character as it is, for columns with a comma in their name. `field=` leaves the field out.
///
/// # Errors
/// A part without `=`.
pub fn parse_map(text: &str) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ',' => parts.push(String::new()),
            '\\' => parts.last_mut().into_iter().for_each(|p| p.extend(chars.next())),
            _ => parts.last_mut().into_iter().for_each(|p| p.push(c)),
        }
    }
    for part in parts.iter().map(|p| p.trim()).filter(|p| !p.is_empty()) {
        let (field, column) = part.split_once('=').ok_or_else(|| {
            invalid(format!(
                "{part:?} is not field=column; write for example --map purchase_id=InvoiceNo,product=Description"
            ))
        })?;
        pairs.push((field.trim().to_owned(), column.trim().to_owned()));
    }
    Ok(pairs)
}

/// A mapping resolved against the columns of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mapping {
    /// Target and position of its column.
    pub(super) mapped: Vec<(Target, usize)>,
    /// Columns that go nowhere.
    pub(super) ignored: Vec<String>,
}

impl Mapping {
    /// Resolves: what is named goes where it is named to; then each field that is left takes a column of its own name,
    /// whatever its case, spaces, dashes and underscores.
    ///
    /// # Errors
    /// A field or column that does not exist, a field named twice, or a record that could not be made of the rest.
    pub(super) fn resolve(table: Table, columns: &[String], pairs: &[(String, String)]) -> Result<Self> {
        let mut mapped: Vec<(Target, usize)> = Vec::new();
        let mut left_out = Vec::new();
        for (name, column) in pairs {
            let target = target(table, name)?;
            if mapped.iter().any(|(t, _)| *t == target) || left_out.contains(&target) {
                return Err(invalid(format!("--map names the field {target} twice")));
            }
            if column.is_empty() {
                left_out.push(target);
            } else {
                let (at, more) = find_all(columns, column, &target)?;
                if let Target::Field(spec) = &target {
                    mapped.extend(more.into_iter().enumerate().map(|(number, at)| match spec.kind {
                        Kind::Time => (Target::Clock(spec), at),
                        _ => (Target::Also(spec, number + 1), at),
                    }));
                }
                mapped.push((target, at));
            }
        }
        for spec in fields(table) {
            let target = Target::Field(spec);
            if mapped.iter().any(|(t, _)| *t == target) || left_out.contains(&target) {
                continue;
            }
            // What says something else of a row is no value of a field that is called so.
            let taken = |at: usize| {
                mapped.iter().any(|(target, own)| *own == at && OF_PURCHASES.iter().any(|(_, of)| of == target))
            };
            let mut same = columns.iter().enumerate().filter(|(at, c)| plain(c) == plain(spec.name) && !taken(*at));
            match (same.next(), same.next()) {
                (Some((_, a)), Some((_, b))) => {
                    let name = spec.name;
                    return Err(invalid(format!(
                        "columns {a:?} and {b:?} both fit the field {name}: choose with --map {name}=…"
                    )));
                }
                (Some((at, _)), None) => mapped.push((target, at)),
                (None, _) => {}
            }
        }
        for (at, column) in columns.iter().enumerate() {
            let Some((prefix, name)) = column.split_once('.') else { continue };
            let target = Target::Attribute(name.to_owned());
            let taken = mapped.iter().any(|(t, c)| *t == target || *c == at) || left_out.contains(&target);
            if prefix.eq_ignore_ascii_case("attributes") && !name.is_empty() && !taken {
                mapped.push((target, at));
            }
        }
        let used = |at: usize| mapped.iter().any(|(_, c)| *c == at);
        let ignored = columns.iter().enumerate().filter(|(at, _)| !used(*at)).map(|(_, c)| c.clone()).collect();
        let mapping = Self { mapped, ignored };
        mapping.check(table, columns)?;
        Ok(mapping)
    }

    /// Whether a field has a column.
    pub(super) fn has(&self, field: &str) -> bool {
        self.mapped.iter().any(|(t, _)| matches!(t, Target::Field(spec) if spec.name == field))
    }

    /// The further columns of a field, in their order.
    pub(super) fn also(&self, spec: &'static FieldSpec) -> Vec<usize> {
        let mut more: Vec<(usize, usize)> = Vec::new();
        for (target, at) in &self.mapped {
            if let Target::Also(own, number) = target
                && *own == spec
            {
                more.push((*number, *at));
            }
        }
        more.sort_unstable();
        more.into_iter().map(|(_, at)| at).collect()
    }

    fn check(&self, table: Table, columns: &[String]) -> Result<()> {
        let (missing, needed) = match table {
            Table::Customers => (!self.has("customer_id"), "customer_id"),
            Table::Purchases => {
                let paid = |target: &Target| matches!(target, Target::OrderTotal | Target::Items);
                let total = self.mapped.iter().any(|(target, _)| paid(target));
                (!self.has("amount") && !self.has("unit_price") && !total, "amount (or unit_price)")
            }
            Table::Interactions => (!self.has("kind"), "kind"),
        };
        if missing {
            let field = needed.split(' ').next().unwrap_or(needed);
            let known = listed(columns);
            return Err(invalid(format!(
                "no column for the field {needed}: pass --map {field}=COLUMN. Columns of the file: {known}"
            )));
        }
        Ok(())
    }
}

fn target(table: Table, name: &str) -> Result<Target> {
    if let Some(attribute) = name.strip_prefix("attributes.").filter(|a| !a.is_empty()) {
        return Ok(Target::Attribute(attribute.to_owned()));
    }
    if name == TIME_ZONE {
        return Ok(Target::TimeZone);
    }
    if let Some((_, target)) = OF_PURCHASES.iter().find(|(own, _)| *own == name && table == Table::Purchases) {
        return Ok(target.clone());
    }
    if let Some(target) = further(table, name) {
        return Ok(target);
    }
    fields(table).iter().find(|f| f.name == name).map(Target::Field).ok_or_else(|| {
        let known = fields(table).iter().map(|f| f.name).collect::<Vec<_>>().join(", ");
        let more: Vec<&str> = OF_PURCHASES.iter().map(|(name, _)| *name).collect();
        let total = if table == Table::Purchases { format!("{}, ", more.join(", ")) } else { String::new() };
        invalid(format!(
            "{} have no field {name:?}. Fields: {known}, {total}{TIME_ZONE}, attributes.NAME",
            table.name()
        ))
    })
}

/// `occurred_at (clock)` and `status (2)`: what a further column of a field is called, where all of them are listed.
fn further(table: Table, name: &str) -> Option<Target> {
    let (field, which) = name.strip_suffix(')')?.rsplit_once(" (")?;
    let spec = fields(table).iter().find(|f| f.name == field)?;
    match (spec.kind, which) {
        (Kind::Time, "clock") => Some(Target::Clock(spec)),
        (Kind::Status | Kind::Id, number) => {
            let number: usize = number.parse().ok().filter(|number| (2..=4).contains(number))?;
            (spec.kind == Kind::Status || field == "customer_id").then_some(Target::Also(spec, number - 1))
        }
        _ => None,
    }
}

/// The column of a field, and those after it: for a time `Date+Time` names one of dates and one of clocks; a status may stand in
/// several columns, and a customer's id in the first of several that is filled.
fn find_all(columns: &[String], name: &str, target: &Target) -> Result<(usize, Vec<usize>)> {
    let found = find(columns, name);
    let Target::Field(spec) = target else { return found.map(|at| (at, Vec::new())) };
    let most = match spec.kind {
        Kind::Time => 2,
        Kind::Status => 4,
        Kind::Id if spec.name == "customer_id" => 4,
        _ => 1,
    };
    let parts: Vec<&str> = name.split('+').map(str::trim).collect();
    if found.is_ok() || !(2..=most).contains(&parts.len()) {
        return found.map(|at| (at, Vec::new()));
    }
    let mut all = parts.into_iter().map(|part| find(columns, part)).collect::<Result<Vec<_>>>()?;
    let more = all.split_off(1);
    Ok((all[0], more))
}

/// The column of exactly this name, or the only one that differs in case, spaces, dashes and underscores alone. Of columns
/// with one name `NAME#2` is the second.
fn find(columns: &[String], name: &str) -> Result<usize> {
    let mut exact = columns.iter().enumerate().filter(|(_, c)| *c == name).map(|(at, _)| at);
    match (exact.next(), exact.next()) {
        (Some(at), None) => return Ok(at),
        (Some(_), Some(_)) => {
            return Err(invalid(format!("several columns are called {name:?}: choose one with {name}#1, {name}#2 …")));
        }
        (None, _) => {}
    }
    if let Some((name, number)) = name.rsplit_once('#')
        && let Some(number) = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1))
        && let Some((at, _)) = columns.iter().enumerate().filter(|(_, c)| *c == name).nth(number)
    {
        return Ok(at);
    }
    let mut like = columns.iter().enumerate().filter(|(_, c)| plain(c) == plain(name)).map(|(at, _)| at);
    match (like.next(), like.next()) {
        (Some(at), None) => Ok(at),
        _ => Err(invalid(format!("the file has no column {name:?}. Columns of the file: {}", listed(columns)))),
    }
}

fn listed(columns: &[String]) -> String {
    columns.join(", ")
}

fn invalid(message: String) -> Error {
    Error::invalid("import_mapping", message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| (*n).to_owned()).collect()
    }

    fn shown(mapping: &Mapping, columns: &[String]) -> Vec<String> {
        mapping.mapped.iter().map(|(t, at)| format!("{t}={}", columns[*at])).collect()
    }

    const RETAIL: [&str; 8] =
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

    #[test]
    fn names_match_whatever_their_spelling() {
        let names =
            columns(&["Purchase ID", "customerId", "PRODUCT", "unit-price", "Quantity", "attributes.city", "note"]);
        let mapping = Mapping::resolve(Table::Purchases, &names, &[]).unwrap();
        assert_eq!(
            shown(&mapping, &names),
            [
                "purchase_id=Purchase ID",
                "customer_id=customerId",
                "product=PRODUCT",
                "quantity=Quantity",
                "unit_price=unit-price",
                "attributes.city=attributes.city"
            ]
        );
        assert_eq!(mapping.ignored, ["note"]);
    }

    #[test]
    fn what_is_named_comes_first_and_the_rest_is_ignored() {
        let names = columns(&RETAIL);
        let map =
            "purchase_id=InvoiceNo, product_id=StockCode,product=Description,attributes.country=country,customer_id=";
        let mapping = Mapping::resolve(Table::Purchases, &names, &parse_map(map).unwrap()).unwrap();
        assert!(mapping.has("purchase_id") && mapping.has("quantity") && !mapping.has("customer_id"));
        assert_eq!(mapping.ignored, ["InvoiceDate", "CustomerID"]);
    }

    #[test]
    fn several_columns_of_one_field() {
        let names = columns(&["Order", "State", "Paid", "Day", "Hour", "Sum", "Id", "Mail"]);
        let of = |map: &str| {
            let mapping = Mapping::resolve(Table::Purchases, &names, &parse_map(map).unwrap()).unwrap();
            let mut shown = shown(&mapping, &names);
            shown.sort();
            shown
        };
        let together = of("amount=Sum,status=State+Paid,occurred_at=Day+Hour,customer_id=Id+Mail");
        assert_eq!(
            together,
            [
                "amount=Sum",
                "customer_id (2)=Mail",
                "customer_id=Id",
                "occurred_at (clock)=Hour",
                "occurred_at=Day",
                "status (2)=Paid",
                "status=State"
            ]
        );
        // As they are told, so they can be said.
        assert_eq!(of(&together.join(",")), together);
    }

    #[test]
    fn mistakes_list_what_there_is() {
        let names = columns(&RETAIL);
        let error =
            |map: &str| Mapping::resolve(Table::Purchases, &names, &parse_map(map).unwrap()).unwrap_err().to_string();
        assert!(error("purchase_id=Invoice").contains("InvoiceNo, StockCode"));
        assert!(error("order=InvoiceNo").contains("purchase_id, customer_id"));
        assert!(error("product=StockCode,product=Description").contains("twice"));
        assert!(error("unit_price=").contains("amount (or unit_price)"));
        assert!(parse_map("purchase_id").unwrap_err().to_string().contains("field=column"));
        let twice = columns(&["customer_id", "Customer ID"]);
        assert!(
            Mapping::resolve(Table::Customers, &twice, &[]).unwrap_err().to_string().contains("--map customer_id=")
        );
    }

    #[test]
    fn a_column_may_hold_a_comma_and_feed_two_fields() {
        let pairs = parse_map(r"product=Item\, full,product_id=Item\, full,amount=x").unwrap();
        assert_eq!(pairs[0], ("product".to_owned(), "Item, full".to_owned()));
        let names = columns(&["Item, full", "x"]);
        assert!(Mapping::resolve(Table::Purchases, &names, &pairs).unwrap().ignored.is_empty());
    }
}
