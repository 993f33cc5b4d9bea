//! How a table of the control database says what it holds about people.

/// What a column may hold about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Nothing about a person.
    Nothing,
    /// Something about whoever has an account.
    Account,
    /// Something about a customer of a workspace.
    Customer,
    /// Records on their way to the lake: `kupets-storage` forgets and exports them together with the lake.
    Records,
}

/// How a table forgets and tells.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Statements that leave nothing of the person in the table. Values: `$1` the tenant and `$2` the customer's id, or `$1`
    /// the account's id.
    pub forget: &'static [&'static str],
    /// A statement that reads what there is of the person, with the same values.
    pub export: &'static str,
}

/// What a table's `BIGINT` times count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Milliseconds since the epoch.
    Milliseconds,
    /// Microseconds since the epoch.
    Microseconds,
}

/// A table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Each of its columns, by what it may hold.
    pub columns: &'static [(Holds, &'static [&'static str])],
    /// The column that says whose workspace a row belongs to: deleting the workspace deletes the rows.
    pub workspace: Option<&'static str>,
    /// How it forgets and tells a customer.
    pub customer: Option<Rule>,
    /// How it forgets and tells an account.
    pub account: Option<Rule>,
    /// The unit of its times.
    pub times: Times,
}

/// A table that holds nothing about people, whatever is said later.
pub(super) const PLAIN: Table =
    Table { name: "", columns: &[], workspace: None, customer: None, account: None, times: Times::Microseconds };
