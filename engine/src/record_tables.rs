//! The tables of a workspace, told in words: for whoever writes statements and does not know them.

use arrow::datatypes::DataType;
use kupets_core::{TenantContext, schema::Table};

use crate::Engine;

impl Engine {
    /// Tables and columns as `/v1/sql` has them, what they mean, and the workspace's day and currency. No record is in it.
    pub fn describe_records(&self, tenant: &TenantContext) -> String {
        let mut told = String::from("Tables:");
        for table in Table::ALL {
            let schema = table.schema();
            let public = schema.fields().iter().filter(|field| !field.name().starts_with('_'));
            let columns: Vec<String> =
                public.map(|field| format!("{} {}", field.name(), type_name(field.data_type()))).collect();
            told.push_str(&format!("\n{}({}) -- {}", table.name(), columns.join(", "), meaning(table)));
        }
        let today = self.clock().now().with_timezone(&tenant.time_zone()).format("%Y-%m-%d, a %A");
        told.push_str(&format!(
            "\nTimes are UTC; local_time(occurred_at) is the shop's clock and utc_time('2026-01-31') the moment when that day begins \
             there. Attributes and tags are JSON: attributes ->> 'name'. The dialect is PostgreSQL's. Today is {today}. Money is \
             summed within one currency only: currency = '{}' unless the question names another.",
            tenant.currency()
        ));
        told
    }
}

fn type_name(kind: &DataType) -> &'static str {
    match kind {
        DataType::Decimal128(..) => "decimal",
        DataType::Timestamp(..) => "timestamp",
        DataType::Int32 => "integer",
        DataType::Boolean => "boolean",
        _ => "text",
    }
}

fn meaning(table: Table) -> &'static str {
    match table {
        Table::Customers => "a row a customer",
        Table::Purchases => {
            "a row a line of a purchase; amount is what was paid for the line, refunds are negative; purchase_amount repeats the whole \
             purchase's amount in each line; customer_id is null for guests; original_customer_id is the id that was sent, where that \
             customer was merged into another one since; orders are distinct purchases whose purchase_amount is \
             positive; only purchases with status = 'completed' count, and the view `sales` has just their lines, with the same \
             columns; the view `goods` has those of kind = 'product' (units are counted there; others are service, shipping, discount, \
             fee, tax, gift_card, other); cost and discount are of the line, null where not known"
        }
        Table::Interactions => "a row a call, visit, letter or note",
    }
}
