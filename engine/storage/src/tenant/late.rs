//! Records of customers who were erased that come late: they occurred before the erasure, or do not say when. What becomes of them is
//! the workspace's rule. Later ones are of a person who came back.

use std::collections::HashSet;

use chrono::{DateTime, SecondsFormat};
use kupets_control::erased_customers::ErasedCustomers;
use kupets_core::{ErasedRecords, Error, FieldError, Result};

use super::{existing::named, persons::Persons, store::TenantStore};
use crate::{
    keys::hash,
    record::{Change, CustomerPatch, Interaction, OnError, Parsed, Purchase, Records, limits::MAX_LISTED_ERRORS},
};

/// What became of late records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Screened {
    /// Purchases that are a guest's now.
    pub guests: u64,
    /// Records that were taken out, with [`OnError::Skip`].
    pub rejected: Vec<FieldError>,
}

impl TenantStore {
    /// Gives records to the persons whose aliases they name, and does with late ones what the rule says, before anybody is told of them.
    /// Storing looks again, for who is merged or erased meanwhile.
    ///
    /// # Errors
    /// [`kupets_core::Kind::Invalid`] `erased_customer` names those that may not be stored; the control database or the lake does not answer.
    pub async fn screen(&self, parsed: &mut Parsed, rule: ErasedRecords) -> Result<Screened> {
        let (erased_customers, aliases) = {
            let state = self.state();
            (state.erased_customers.clone(), state.aliases.clone())
        };
        if erased_customers.is_empty() && aliases.is_empty() {
            return Ok(Screened::default());
        }
        self.load_keys().await?;
        to_persons(parsed, &self.persons(aliases)?);
        let existing = self.existing(named(std::iter::once(&parsed.records)))?;
        screen(parsed, &erased_customers, rule, |id| existing.knows_customer(hash(id)))
    }
}

/// Gives each record to the person whose id it was sent with. Done again, it goes by the present aliases.
pub(super) fn to_persons(parsed: &mut Parsed, persons: &Persons) {
    if persons.are_all_themselves() && !parsed.has_aliases {
        return;
    }
    let person = |customer: &mut String, original: &mut Option<String>| {
        let sent = original.take().unwrap_or_else(|| customer.clone());
        let of = persons.of(&sent);
        if of != sent {
            of.clone_into(customer);
            *original = Some(sent);
        } else {
            *customer = sent;
        }
        original.is_some()
    };
    let mut any = false;
    match &mut parsed.records {
        Records::Customers(patches) => {
            for patch in patches {
                any |= person(&mut patch.customer_id, &mut patch.original_customer_id);
            }
        }
        Records::Purchases(purchases) => {
            for purchase in purchases {
                if let Some(customer) = &mut purchase.customer_id {
                    any |= person(customer, &mut purchase.original_customer_id);
                }
            }
        }
        Records::Interactions(interactions) => {
            for interaction in interactions {
                if let Some(customer) = &mut interaction.customer_id {
                    any |= person(customer, &mut interaction.original_customer_id);
                }
            }
        }
    }
    parsed.has_aliases = any;
}

/// Does with late records what the rule says. `is_there` tells whether there is a customer of an id now.
pub(super) fn screen(
    parsed: &mut Parsed,
    erased: &ErasedCustomers,
    rule: ErasedRecords,
    is_there: impl Fn(&str) -> bool,
) -> Result<Screened> {
    if erased.is_empty() || rule == ErasedRecords::Anew {
        return Ok(Screened::default());
    }
    let mut guests = 0;
    let late: Vec<(usize, i64)> = match &mut parsed.records {
        Records::Customers(patches) => late_customers(patches, erased, is_there)?,
        Records::Purchases(purchases) if rule == ErasedRecords::Guest => {
            for purchase in purchases {
                if is_late(purchase, erased)?.is_some() {
                    purchase.customer_id = None;
                    purchase.original_customer_id = None;
                    guests += 1;
                }
            }
            Vec::new()
        }
        Records::Purchases(purchases) => lates(purchases, erased)?,
        Records::Interactions(interactions) => lates(interactions, erased)?,
    };
    let rejected = match late.is_empty() {
        true => Vec::new(),
        false => take_out(parsed, &late)?,
    };
    Ok(Screened { guests, rejected })
}

/// A record of a customer at a time.
trait Occurred {
    /// The customer's id, as it was sent.
    fn sent_id(&self) -> Option<&str>;
    /// Microseconds since the epoch; none: it was not sent.
    fn sent_time(&self) -> Option<i64>;
}

impl Occurred for Purchase {
    fn sent_id(&self) -> Option<&str> {
        self.original_customer_id.as_deref().or(self.customer_id.as_deref())
    }

    fn sent_time(&self) -> Option<i64> {
        (!self.is_undated).then_some(self.occurred_at)
    }
}

impl Occurred for Interaction {
    fn sent_id(&self) -> Option<&str> {
        self.original_customer_id.as_deref().or(self.customer_id.as_deref())
    }

    fn sent_time(&self) -> Option<i64> {
        (!self.is_undated).then_some(self.occurred_at)
    }
}

impl Occurred for CustomerPatch {
    fn sent_id(&self) -> Option<&str> {
        Some(self.original_customer_id.as_deref().unwrap_or(&self.customer_id))
    }

    fn sent_time(&self) -> Option<i64> {
        if let Change::Set(at) = self.created_at { Some(at) } else { None }
    }
}

/// When the record's customer was erased, if it is of before, or does not say.
fn is_late(record: &impl Occurred, erased: &ErasedCustomers) -> Result<Option<i64>> {
    let Some(id) = record.sent_id() else { return Ok(None) };
    let at = erased.erased_at(id)?;
    Ok(at.filter(|at| record.sent_time().is_none_or(|sent| sent < *at)))
}

/// Places of the late ones, and when their customers were erased.
fn lates(records: &[impl Occurred], erased: &ErasedCustomers) -> Result<Vec<(usize, i64)>> {
    let mut late = Vec::new();
    for (place, record) in records.iter().enumerate() {
        late.extend(is_late(record, erased)?.map(|at| (place, at)));
    }
    Ok(late)
}

/// Of customers, who is there has come back: what does not say when it began changes them.
fn late_customers(
    patches: &[CustomerPatch],
    erased: &ErasedCustomers,
    is_there: impl Fn(&str) -> bool,
) -> Result<Vec<(usize, i64)>> {
    let mut came_back: HashSet<&str> = HashSet::new();
    let mut late = Vec::new();
    for (place, patch) in patches.iter().enumerate() {
        let id = patch.customer_id.as_str();
        let known = || came_back.contains(id) || is_there(id);
        match is_late(patch, erased)? {
            Some(at) if patch.sent_time().is_some() || !known() => late.push((place, at)),
            _ => {
                came_back.insert(id);
            }
        }
    }
    Ok(late)
}

/// Takes records out of a request, or refuses all of it.
fn take_out(parsed: &mut Parsed, late: &[(usize, i64)]) -> Result<Vec<FieldError>> {
    let sent = parsed.positions(late.iter().map(|(place, _)| *place));
    let mut errors: Vec<FieldError> = sent.iter().zip(late).map(|(index, (_, at))| refusal(*index, *at)).collect();
    if parsed.on_error == OnError::Refuse {
        let total = parsed.records.len() + parsed.skipped.len();
        let message = format!(
            "{} of {total} records are of customers who were erased, and nothing was stored: leave them out, send the time at which \
             they occurred if that was later, or send on_error=skip to store the others",
            errors.len()
        );
        errors.truncate(MAX_LISTED_ERRORS);
        return Err(Error::invalid("erased_customer", message).with_fields(errors));
    }
    let out: HashSet<usize> = late.iter().map(|(place, _)| *place).collect();
    parsed.records.retain(|place| !out.contains(&place));
    let out: HashSet<usize> = sent.iter().copied().collect();
    parsed.generated.retain(|(index, _)| !out.contains(index));
    parsed.skipped.extend(sent);
    parsed.skipped.sort_unstable();
    Ok(errors)
}

fn refusal(index: usize, erased_at: i64) -> FieldError {
    let at = DateTime::from_timestamp_micros(erased_at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true);
    let message = format!(
        "is of a customer who was erased at {at}: what is of before, or has no time, is not stored (the workspace's rule `erased_records`)"
    );
    FieldError { index, field: "customer_id".to_owned(), message }
}
