//! Customers out of a file. A row whose member number, or whose phone together with a like name, is
//! already there updates; anything weaker makes a new customer.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use shuke_domain::{
    Edit, Failure, Record, RecordId,
    nouns::{Currency, Customer, LedgerEntry},
};
use shuke_exchange::CustomerRow;
use shuke_store::{Author, Write};

use super::{Intake, Kind, RowError, Taken};
use crate::{
    Session,
    session::{Rules, fresh_id},
    tag,
};

pub(crate) struct Customers {
    author: Author,
    home: [(&'static str, Option<RecordId>); 2],
    person: RecordId,
    /// New ones of this slice, not yet written.
    new: Vec<Record>,
    new_tags: Vec<(RecordId, Vec<String>)>,
    openings: Vec<(RecordId, i64)>,
    /// The rule by which what was brought over lapses, from today on.
    earn_rule: Option<RecordId>,
    /// What this slice made, so that a row further down finds it.
    by_number: HashMap<String, RecordId>,
    by_phone: HashMap<String, Vec<(RecordId, String)>>,
}

/// What another program had added up, kept beside the totals that come from sales here.
pub(crate) const SPENT_BEFORE: &str = "spent_before";
pub(crate) const LAST_VISIT_BEFORE: &str = "last_visit_before";
const BROUGHT_OVER: &[&str] = &[SPENT_BEFORE, LAST_VISIT_BEFORE];

impl Intake for Customers {
    type Row = CustomerRow;
    const KIND: Kind = Kind::Customers;

    fn new(session: &Session, rules: &Rules) -> Self {
        Self {
            author: session.author(),
            home: session.home_of_new(),
            person: session.person(),
            new: Vec::new(),
            new_tags: Vec::new(),
            openings: Vec::new(),
            earn_rule: rules.earn.in_force(rules.earn.now).map(|rule| rule.id),
            by_number: HashMap::new(),
            by_phone: HashMap::new(),
        }
    }

    async fn take(
        &mut self,
        write: &mut Write,
        _: u64,
        row: CustomerRow,
        _: &mut Vec<RowError>,
    ) -> Result<Taken, Failure> {
        let known = self.known(write, &row).await?;
        let mut fields = Self::fields(&row);
        let (id, taken) = match known {
            Some(id) => {
                if self.new.iter().any(|record| record.id == id) {
                    self.flush(write).await?;
                }
                // Sums, like points, are brought over once: a file of our own would bring them a second time.
                fields.retain(|name, _| !BROUGHT_OVER.contains(&name.as_str()));
                let edit = Edit { fields, deleted: None };
                // A dry run remembers customers that no write has kept.
                if write.find(Customer::COLLECTION, id).await?.is_some() {
                    write.edit(Customer::COLLECTION, id, &edit, self.author).await?;
                }
                if !row.tags.is_empty() {
                    self.new_tags.push((id, row.tags.clone()));
                }
                (id, Taken::Updated)
            }
            None => {
                let id = fresh_id();
                for (field, place) in self.home {
                    if let Some(place) = place {
                        fields.entry(field.to_owned()).or_insert_with(|| place.to_string().into());
                    }
                }
                if !fields.contains_key("name") {
                    let name = row
                        .member_no
                        .clone()
                        .or_else(|| row.phones.first().map(|phone| phone.as_str().to_owned()));
                    fields.insert("name".to_owned(), name.unwrap_or_default().into());
                }
                let stamp = write.stamp();
                let empty = Record::empty(Customer::COLLECTION.name, id);
                let (record, _) = Edit { fields, deleted: None }.apply(&empty, stamp)?;
                self.new.push(record);
                if !row.tags.is_empty() {
                    self.new_tags.push((id, row.tags.clone()));
                }
                if let Some(points) = row.points.filter(|points| *points != 0) {
                    self.openings.push((id, points));
                }
                (id, Taken::Created)
            }
        };
        let name = row.name.unwrap_or_default();
        if let Some(number) = row.member_no {
            self.by_number.insert(number, id);
        }
        for phone in row.phones.iter().chain(&row.landlines) {
            self.by_phone.entry(phone.as_str().to_owned()).or_default().push((id, name.clone()));
        }
        Ok(taken)
    }

    async fn flush(&mut self, write: &mut Write) -> Result<(), Failure> {
        write.insert(Customer::COLLECTION, std::mem::take(&mut self.new), self.author).await?;
        for (customer, names) in std::mem::take(&mut self.new_tags) {
            for name in names {
                tag::put_in(write, customer, &name, self.author).await?;
            }
        }
        let at = i64::try_from(write.now()).ok();
        for (customer, points) in std::mem::take(&mut self.openings) {
            let entry = LedgerEntry {
                customer: Some(customer),
                currency: Some(Currency::Points.as_str().to_owned()),
                kind: Some("opening".to_owned()),
                amount: Some(points),
                person: Some(self.person),
                at,
                earn_rule: self.earn_rule,
                ..LedgerEntry::default()
            };
            write.create(&entry, fresh_id(), self.author).await?;
        }
        Ok(())
    }
}

impl Customers {
    async fn known(
        &self,
        write: &mut Write,
        row: &CustomerRow,
    ) -> Result<Option<RecordId>, Failure> {
        if let Some(number) = &row.member_no {
            if let Some(id) = self.by_number.get(number) {
                return Ok(Some(*id));
            }
            if let Some(id) = write.customer_by_member_no(number).await? {
                return Ok(Some(id));
            }
        }
        let Some(name) = row.name.as_deref() else { return Ok(None) };
        for phone in row.phones.iter().chain(&row.landlines) {
            let mut candidates = self.by_phone.get(phone.as_str()).cloned().unwrap_or_default();
            candidates.extend(write.customers_by_phone(phone.as_str()).await?);
            if let Some((id, _)) = candidates.iter().find(|(_, known)| alike(known, name)) {
                return Ok(Some(*id));
            }
        }
        Ok(None)
    }

    fn fields(row: &CustomerRow) -> BTreeMap<String, Value> {
        let mut fields = BTreeMap::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        let mut phones = row.phones.iter().map(|phone| phone.as_str().to_owned());
        let mut landlines = row.landlines.iter().map(|phone| phone.as_str().to_owned());
        put("member_no", row.member_no.clone().map(Value::from));
        put("name", row.name.clone().map(Value::from));
        put("phone", phones.next().map(Value::from));
        put("landline", landlines.next().map(Value::from));
        let others: Vec<String> = phones.chain(landlines).collect();
        put("other_phones", (!others.is_empty()).then(|| json!(others)));
        let emails = row.emails.get(1..).unwrap_or_default();
        put("other_emails", (!emails.is_empty()).then(|| json!(emails)));
        put("email", row.emails.first().cloned().map(Value::from));
        put("birthday", row.birthday.map(|birthday| birthday.to_string().into()));
        put("gender", row.gender.map(|gender| gender.as_str().into()));
        put("address", row.address.clone().map(Value::from));
        put("company", row.company.clone().map(Value::from));
        put("remarks", row.remarks.clone().map(Value::from));
        put("joined_on", row.registered.map(|written| written.date.to_string().into()));
        // What another program had added up stands beside, under its own name: totals here come from sales.
        put(SPENT_BEFORE, row.spent.map(|spent| spent.0.into()));
        put(LAST_VISIT_BEFORE, row.last_visit.map(|written| written.date.to_string().into()));
        for (name, text) in &row.others {
            put(name, Some(text.clone().into()));
        }
        fields
    }
}

/// Whether two names may be one person's: equal but for blanks and a form of address, or one
/// the beginning of the other.
fn alike(a: &str, b: &str) -> bool {
    let (a, b) = (bare(a), bare(b));
    !a.is_empty() && !b.is_empty() && (a == b || a.starts_with(&b) || b.starts_with(&a))
}

fn bare(name: &str) -> String {
    let joined: String =
        name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let address = ["先生", "女士", "小姐", "太太", "老师", "老師", "经理", "經理", "总", "總"];
    let stripped =
        address.iter().find_map(|word| joined.strip_suffix(word)).filter(|rest| !rest.is_empty());
    stripped.map_or_else(|| joined.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_may_be_one_persons() {
        assert!(alike("张 丽华", "张丽华女士"));
        assert!(alike("王先生", "王磊"));
        assert!(!alike("张丽华", "李丽华"));
        assert!(!alike("", "李丽华"));
    }
}
