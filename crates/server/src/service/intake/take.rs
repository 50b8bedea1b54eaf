//! One sale of another till into records, by the same pure decisions as on a device.

use shuke_domain::{
    Fen, Record, RecordId,
    earn::Rule,
    edit,
    intake::{self, ForeignSale, Known, Ladder, Origin, Sold, Standing},
    nouns::{Customer, Product, Sale, SaleLine},
};
use shuke_exchange::Finding;

use super::{Outcome, desk::Desk, rules::Rules};
use crate::Refused;

pub(super) struct Take<'a> {
    pub origin: Origin,
    /// Where a sale was made that does not say so.
    pub store: Option<RecordId>,
    /// The token: there is no person.
    pub author: RecordId,
    pub rules: &'a Rules,
    pub now: u64,
    pub desk: Desk<'a>,
}

/// What became of a sale, its id, and why it failed.
pub(super) type Answer = (Outcome, Option<RecordId>, Option<&'static str>);

const fn failed(code: Finding) -> Answer {
    (Outcome::Failed, None, Some(code.as_str()))
}

impl Take<'_> {
    pub async fn one(&mut self, foreign: &ForeignSale) -> Result<Answer, Refused> {
        if foreign.is_ahead(i64::try_from(self.now).unwrap_or(i64::MAX)) {
            return Ok(failed(Finding::RowDateInvalid));
        }
        let id = self.origin.sale(&foreign.number);
        let stands = self.desk.record(Sale::COLLECTION, id).await?;
        let imported = format!("imported:{}", foreign.number);
        if stands.is_none()
            && let Some(known) = self.desk.going_by(Sale::COLLECTION, &imported).await?.first()
        {
            return Ok((Outcome::Unchanged, Some(known.id), None));
        }
        let customer = self.customer(foreign).await?;
        let known = self.known(foreign, (id, customer)).await?;
        let drafted = intake::draft(foreign, &self.origin, &known);
        let lines = match &stands {
            Some(_) => self.lines_of(id).await?,
            None => Vec::new(),
        };
        match (intake::standing(&drafted, stands.as_ref(), &lines), stands) {
            (Standing::Differs, _) => Ok(failed(Finding::RowSaleDiffers)),
            (Standing::Same, Some(stands)) => {
                let alone = stands.reference("customer").is_none() && !stands.is_deleted();
                if let Some(customer) = customer.filter(|_| alone) {
                    self.give(&stands, customer).await?;
                }
                Ok((Outcome::Unchanged, Some(id), None))
            }
            (Standing::New | Standing::Same, _) => {
                let stamp = self.desk.stamp();
                self.desk.put(edit::create(&drafted.sale, id, stamp)?);
                for (line, noun) in &drafted.lines {
                    let stamp = self.desk.stamp();
                    self.desk.put(edit::create(noun, *line, stamp)?);
                }
                if let Some(customer) = customer {
                    self.give_refunds(id, customer).await?;
                }
                let unmatched = customer.is_none() && foreign.names_somebody();
                let outcome = if unmatched { Outcome::Unmatched } else { Outcome::Created };
                Ok((outcome, Some(id), None))
            }
        }
    }

    /// Whose sale it is: by card, by phone, or by the sale that it gives money back for.
    async fn customer(&mut self, foreign: &ForeignSale) -> Result<Option<RecordId>, Refused> {
        let card = foreign.member_no.as_ref().map(|number| format!("card:{number}"));
        let phone = foreign.phone.as_ref().map(|phone| format!("phone:{phone}"));
        for word in card.into_iter().chain(phone) {
            if let Some(found) = self.desk.going_by(Customer::COLLECTION, &word).await?.first() {
                return Ok(Some(found.id));
            }
        }
        let Some(number) = &foreign.refund_of else { return Ok(None) };
        let sold = self.desk.record(Sale::COLLECTION, self.origin.sale(number)).await?;
        Ok(sold.and_then(|sold| sold.reference("customer")))
    }

    async fn known(
        &mut self,
        foreign: &ForeignSale,
        (sale, customer): (RecordId, Option<RecordId>),
    ) -> Result<Known, Refused> {
        let named = match &foreign.store {
            Some(name) => self.desk.store_named(name).await?,
            None => None,
        };
        let mut products: Vec<Option<(RecordId, Product)>> =
            Vec::with_capacity(foreign.lines.len());
        for line in &foreign.lines {
            let sku = line.sku.as_ref().map(|sku| format!("sku:{sku}"));
            let barcode = line.barcode.as_ref().map(|code| format!("barcode:{code}"));
            let mut found = None;
            for word in sku.into_iter().chain(barcode) {
                if found.is_none() {
                    let goods = self.desk.going_by(Product::COLLECTION, &word).await?;
                    found = goods.first().map(|goods| (goods.id, goods.view()));
                }
            }
            products.push(found);
        }
        let rule = self.rules.in_force(foreign.sold_at).cloned();
        let (tier, birthday_month) = match (&rule, customer) {
            (Some(rule), Some(customer)) => {
                self.circumstances(rule, (customer, sale, foreign.sold_at)).await?
            }
            _ => (None, false),
        };
        Ok(Known {
            customer,
            store: named.or(self.store),
            products,
            points_rule: self.rules.points_rule,
            rule,
            tier,
            birthday_month,
        })
    }

    /// What the rule asks of a member at the moment of a sale, and nothing that it does not ask.
    async fn circumstances(
        &mut self,
        rule: &Rule,
        (customer, sale, at): (RecordId, RecordId, i64),
    ) -> Result<(Option<String>, bool), Refused> {
        let tier = if intake::asks_for_tiers(&rule.terms) {
            let mut sold = Vec::new();
            for record in
                self.desk.going_by(Sale::COLLECTION, &format!("sold_to:{customer}")).await?
            {
                let lines = self.lines_of(record.id).await?;
                sold.push(Sold {
                    id: record.id,
                    at: record.int("sold_at").unwrap_or_default(),
                    total: lines
                        .iter()
                        .map(|line| Fen(line.int("amount").unwrap_or_default()))
                        .sum(),
                    refund_of: record.reference("refund_of"),
                });
            }
            let ladder = Ladder {
                steps: &self.rules.steps,
                grace_days: self.rules.grace_days,
                calendar: self.rules.calendar,
            };
            Some(intake::tier_at(ladder, &sold, (sale, at)))
        } else {
            None
        };
        let birthday_month = rule.terms.asks_for_birthdays() && {
            let record = self.desk.record(Customer::COLLECTION, customer).await?;
            record.is_some_and(|record| {
                intake::is_birthday_month(&record.view(), self.rules.calendar, at)
            })
        };
        Ok((tier, birthday_month))
    }

    async fn lines_of(&mut self, sale: RecordId) -> Result<Vec<Record>, Refused> {
        self.desk.going_by(SaleLine::COLLECTION, &format!("line_of:{sale}")).await
    }

    async fn give(&mut self, sale: &Record, customer: RecordId) -> Result<(), Refused> {
        let at = sale.int("sold_at").unwrap_or_default();
        let asked = match self.rules.of(sale) {
            Some(rule) => self.circumstances(rule, (customer, sale.id, at)).await?,
            None => (None, false),
        };
        self.desk.complete(sale, intake::completing(sale, customer, asked), self.author)?;
        self.give_refunds(sale.id, customer).await
    }

    /// What was given back of it before anybody knew whose it was.
    async fn give_refunds(&mut self, sale: RecordId, customer: RecordId) -> Result<(), Refused> {
        for refund in self.desk.going_by(Sale::COLLECTION, &format!("refund_of:{sale}")).await? {
            if refund.reference("customer").is_none() {
                let fields = intake::completing(&refund, customer, (None, false));
                self.desk.complete(&refund, fields, self.author)?;
            }
        }
        Ok(())
    }
}
