//! One sale of another till into records, with whom and what it names, by the same inputs of the earn rule
//! that a sale at the counter has.

use shuke_domain::{
    Code, Failure, Guards, Record, RecordId, Role, Sight,
    earn::Rule,
    intake::{self, ForeignSale, Known, Ladder, Origin, Standing},
    nouns::{Customer, Sale, SaleLine},
};
use shuke_exchange::{Finding, intake::House};
use shuke_store::{Author, Write};

use crate::{Session, session::Rules};

/// Another till system as its sales come in here.
#[derive(Debug)]
pub(super) struct Till {
    origin: Origin,
    author: Author,
    /// Where a sale was made that does not say so.
    store: Option<RecordId>,
    rules: Rules,
    /// Whether a sale may carry whose number it was: not where its author must not see one.
    keeps_phones: bool,
    now: i64,
}

/// What became of one sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Created {
        matched: bool,
        unmatched: bool,
    },
    Unchanged,
    /// Was there, and found its customer now.
    Matched,
    Failed(Finding),
}

impl Till {
    pub(super) async fn open(
        session: &Session,
        source: &str,
        (by, role): (RecordId, Role),
    ) -> Result<Self, Failure> {
        let guards = Guards::of(&session.workspace().await?);
        Ok(Self {
            origin: Origin::new(session.identity.workspace, source),
            author: Author(Some(by)),
            store: session.identity.store,
            rules: session.rules().await?,
            keeps_phones: guards.sight(role, Sale::COLLECTION, "phone") != Sight::Hidden,
            now: i64::try_from(session.now().await?).unwrap_or(i64::MAX),
        })
    }

    pub(super) fn house(&self) -> House {
        House { region: self.rules.region.clone(), calendar: self.rules.calendar }
    }

    /// Takes in one sale. Whatever it names and is not here comes later, and nothing waits for it.
    pub(super) async fn take(
        &self,
        write: &mut Write,
        foreign: &ForeignSale,
    ) -> Result<Outcome, Failure> {
        if foreign.is_ahead(self.now) {
            return Ok(Outcome::Failed(Finding::RowDateInvalid));
        }
        let id = self.origin.sale(&foreign.number);
        let stands = write.find(Sale::COLLECTION, id).await?.map(|stored| stored.record);
        if stands.is_none() && was_imported(write, &foreign.number).await? {
            return Ok(Outcome::Unchanged);
        }
        let customer = self.customer(write, foreign).await?;
        let known = self.known(write, foreign, (id, customer)).await?;
        let mut drafted = intake::draft(foreign, &self.origin, &known);
        drafted.sale.phone = drafted.sale.phone.filter(|_| self.keeps_phones);
        let lines = match &stands {
            Some(_) => write.lines_of(id).await?,
            None => Vec::new(),
        };
        match (intake::standing(&drafted, stands.as_ref(), &lines), stands) {
            (Standing::Differs, _) => Ok(Outcome::Failed(Finding::RowSaleDiffers)),
            (Standing::Same, Some(stands)) => match customer {
                Some(customer) if belongs_to_nobody(&stands) => {
                    give(write, &self.rules, self.author, (&stands, customer)).await?;
                    Ok(Outcome::Matched)
                }
                _ => Ok(Outcome::Unchanged),
            },
            (Standing::New | Standing::Same, _) => {
                write.create(&drafted.sale, id, self.author).await?;
                let mut records = Vec::with_capacity(drafted.lines.len());
                for (id, line) in &drafted.lines {
                    records.push(shuke_domain::edit::create(line, *id, write.stamp())?);
                }
                write.insert(SaleLine::COLLECTION, records, self.author).await?;
                if let Some(customer) = customer {
                    give_refunds(write, self.author, (id, customer)).await?;
                }
                let matched = customer.is_some();
                Ok(Outcome::Created { matched, unmatched: !matched && foreign.names_somebody() })
            }
        }
    }

    /// Whose sale it is: by card, by phone, or by the sale that it gives money back for.
    async fn customer(
        &self,
        write: &mut Write,
        foreign: &ForeignSale,
    ) -> Result<Option<RecordId>, Failure> {
        if let Some(number) = &foreign.member_no
            && let Some(found) = write.customer_by_member_no(number).await?
        {
            return Ok(Some(found));
        }
        if let Some(phone) = &foreign.phone {
            let found = write.customers_by_phone(phone).await?;
            // The oldest, where two devices made one each: every device takes the same.
            if let Some(found) = found.into_iter().map(|(id, _)| id).min() {
                return Ok(Some(found));
            }
        }
        let Some(number) = &foreign.refund_of else { return Ok(None) };
        let sold = write.find(Sale::COLLECTION, self.origin.sale(number)).await?;
        Ok(sold.and_then(|sold| sold.record.reference("customer")))
    }

    async fn known(
        &self,
        write: &mut Write,
        foreign: &ForeignSale,
        (sale, customer): (RecordId, Option<RecordId>),
    ) -> Result<Known, Failure> {
        let named = match &foreign.store {
            Some(name) => write.store_named(name).await?,
            None => None,
        };
        let mut products = Vec::with_capacity(foreign.lines.len());
        for line in &foreign.lines {
            products.push(match (&line.sku, &line.barcode) {
                (None, None) => None,
                (sku, code) => write.product_named(sku.as_deref(), code.as_deref()).await?,
            });
        }
        let rule = self.rules.earn.in_force(foreign.sold_at).cloned();
        let (tier, birthday_month) = match (&rule, customer) {
            (Some(rule), Some(customer)) => {
                circumstances(write, &self.rules, rule, (customer, sale, foreign.sold_at)).await?
            }
            _ => (None, false),
        };
        Ok(Known {
            customer,
            store: named.or(self.store),
            products,
            points_rule: self.rules.earn.points.version,
            rule,
            tier,
            birthday_month,
        })
    }
}

/// What the rule asks of a member at the moment of a sale, and nothing that it does not ask.
async fn circumstances(
    write: &mut Write,
    rules: &Rules,
    rule: &Rule,
    (customer, sale, at): (RecordId, RecordId, i64),
) -> Result<(Option<String>, bool), Failure> {
    let tier = if intake::asks_for_tiers(&rule.terms) {
        let sold = write.sold_to(customer).await?;
        let ladder =
            Ladder { steps: &rules.ladder, grace_days: rules.earn.grace, calendar: rules.calendar };
        Some(intake::tier_at(ladder, &sold, (sale, at)))
    } else {
        None
    };
    let birthday_month = rule.terms.asks_for_birthdays() && {
        let record = write.find(Customer::COLLECTION, customer).await?;
        record.is_some_and(|stored| {
            intake::is_birthday_month(&stored.record.view(), rules.calendar, at)
        })
    };
    Ok((tier, birthday_month))
}

/// Whether the shop imported the sale from a file by hand, before it turned this on.
async fn was_imported(write: &mut Write, number: &str) -> Result<bool, Failure> {
    let Some(id) = write.sale_by_number(number).await? else { return Ok(false) };
    let found = write.find(Sale::COLLECTION, id).await?;
    Ok(found.is_some_and(|found| found.record.text("source") == Some("import")))
}

pub(super) fn belongs_to_nobody(sale: &Record) -> bool {
    sale.reference("customer").is_none() && !sale.is_deleted()
}

/// Gives a sale to its customer, and what was given back of it.
pub(super) async fn give(
    write: &mut Write,
    rules: &Rules,
    author: Author,
    (sale, customer): (&Record, RecordId),
) -> Result<(), Failure> {
    let living = write.find(Customer::COLLECTION, customer).await?;
    if living.is_none_or(|found| found.record.is_deleted()) {
        return Err(Failure::new(Code::CustomerNotFound).with("id", customer.to_string()));
    }
    let at = sale.int("sold_at").unwrap_or_default();
    let rule = sale.reference("earn_rule").and_then(|rule| rules.earn.earn.get(&rule));
    let asked = match rule {
        Some(rule) => circumstances(write, rules, rule, (customer, sale.id, at)).await?,
        None => (None, false),
    };
    let fields = intake::completing(sale, customer, asked);
    write.complete(Sale::COLLECTION, sale.id, fields, author).await?;
    give_refunds(write, author, (sale.id, customer)).await
}

async fn give_refunds(
    write: &mut Write,
    author: Author,
    (sale, customer): (RecordId, RecordId),
) -> Result<(), Failure> {
    for refund in write.refunds_of_nobody(sale).await? {
        let fields = [("customer".to_owned(), serde_json::json!(customer))].into();
        write.complete(Sale::COLLECTION, refund, fields, author).await?;
    }
    Ok(())
}
