//! The field that the writer of an unknown one most likely meant.

/// Names that apps have for our fields.
const ALIASES: &[(&str, &str)] = &[
    ("client_id", "customer_id"),
    ("comment", "body"),
    ("count", "quantity"),
    ("created", "created_at"),
    ("date", "occurred_at"),
    ("lines", "items"),
    ("mail", "email"),
    ("manager", "agent"),
    ("message", "body"),
    ("order_id", "purchase_id"),
    ("price", "unit_price"),
    ("products", "items"),
    ("qty", "quantity"),
    ("result", "outcome"),
    ("sku", "product_id"),
    ("sum", "amount"),
    ("tel", "phone"),
    ("text", "body"),
    ("time", "occurred_at"),
    ("timestamp", "occurred_at"),
    ("total", "amount"),
    ("type", "kind"),
    ("user_id", "customer_id"),
];

/// The known field nearest to `key`, if one is near.
pub(super) fn nearest(key: &str, fields: &[&'static str]) -> Option<&'static str> {
    /// Jaro-Winkler similarity, 0 to 1, from which a name counts as a slip of the pen.
    const NEAR: f64 = 0.88;
    /// Longer keys are like no field of ours, and the comparison takes the product of the lengths.
    const LONGEST: usize = 32;
    if key.len() > LONGEST {
        return None;
    }
    let key = key.to_lowercase().replace(['-', ' ', '.'], "_");
    // The key of a table comes first: a bare `id` means it.
    if key == "id" {
        return fields.first().copied().filter(|f| f.ends_with("_id"));
    }
    if let Some((_, field)) = ALIASES.iter().find(|(alias, field)| *alias == key && fields.contains(field)) {
        return Some(field);
    }
    let scored = fields.iter().map(|field| (strsim::jaro_winkler(&key, field), *field));
    scored.filter(|(score, _)| *score >= NEAR).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, field)| field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_other_names() {
        let fields = &["purchase_id", "customer_id", "occurred_at", "quantity", "unit_price", "email"];
        assert_eq!(nearest("emial", fields), Some("email"));
        assert_eq!(nearest("customerId", fields), Some("customer_id"));
        assert_eq!(nearest("Customer-ID", fields), Some("customer_id"));
        assert_eq!(nearest("id", fields), Some("purchase_id"));
        assert_eq!(nearest("qty", fields), Some("quantity"));
        assert_eq!(nearest("date", fields), Some("occurred_at"));
        assert_eq!(nearest("total", fields), None);
        assert_eq!(nearest("favourite_colour", fields), None);
        assert_eq!(nearest(&"customer_id".repeat(100), fields), None);
    }
}
