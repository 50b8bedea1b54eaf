//! What a sale earns for whom: the inputs that a till writes down, and points within the caps.

use shuke_domain::{
    Failure, Fen, RecordId,
    birthday::Birthday,
    earn::{Circumstances, Goods, Terms},
    ledger::{self, Earned},
};
use shuke_store::{customer::File, sale::Earning};

use crate::{Session, session::Rules};

/// How many sales of one member are looked at for the caps of a month.
const SALES: u32 = 2_000;

/// What the rule in force asks of a sale; nothing where no rule was ever set.
pub(crate) struct Inputs {
    pub(crate) rule: Option<RecordId>,
    pub(crate) tier: Option<String>,
    pub(crate) birthday_month: bool,
    at: i64,
}

impl Inputs {
    /// For a sale at a moment. `file` as it stands before the sale.
    pub(crate) fn of(rules: &Rules, file: Option<&File>, at: i64) -> Self {
        let rule = rules.earn.in_force(at);
        let file = file.filter(|_| rule.is_some());
        let asked = rule.is_some_and(|rule| rule.terms.asks_for_birthdays());
        Self {
            rule: rule.map(|rule| rule.id),
            tier: file.map(|file| rules.standing(&file.totals).tier),
            birthday_month: asked && file.is_some_and(|file| is_birthday_month(rules, file, at)),
            at,
        }
    }

    pub(crate) fn asks_for_categories(&self, rules: &Rules) -> bool {
        rules.earn.terms(self.rule).is_some_and(Terms::asks_for_categories)
    }

    /// What the sale earns on its own, before any cap.
    pub(crate) fn points(&self, rules: &Rules, lines: &[Goods], total: Fen) -> i64 {
        let Some(terms) = rules.earn.terms(self.rule) else {
            return rules.earn.points_of(None, None, (total.0, 0));
        };
        let circumstances = Circumstances {
            day: rules.calendar.day_of(self.at),
            tier: self.tier.as_deref(),
            birthday_month: self.birthday_month,
        };
        let earning = terms.earning(circumstances, total, lines.iter().copied());
        terms.points_of(earning, total, Fen(0))
    }
}

/// A lunar birthday is kept and not reckoned: it has no month of ours.
fn is_birthday_month(rules: &Rules, file: &File, at: i64) -> bool {
    use chrono::Datelike;
    let record = &file.stored.record;
    let solar = record.text("birthday_calendar").unwrap_or("solar") == "solar";
    let born = record.text("birthday").and_then(|text| text.parse::<Birthday>().ok());
    solar && born.is_some_and(|born| born.month == rules.calendar.day_of(at).month())
}

fn earned(rules: &Rules, sale: &Earning) -> Option<Earned> {
    let rule = sale.earn_rule.as_deref().and_then(RecordId::from_slice);
    let terms = rules.earn.terms(rule);
    Some(Earned {
        id: RecordId::from_slice(&sale.id)?,
        at: sale.sold_at,
        day: rules.calendar.day_of(sale.sold_at),
        points: rules.earn.points_of(rule, sale.earning, (sale.total, sale.refunded)),
        cap_per_day: terms.and_then(|terms| terms.cap_per_day),
        cap_per_month: terms.and_then(|terms| terms.cap_per_month),
        months_valid: terms.and_then(|terms| terms.months_valid),
    })
}

/// A member's sales with what each earned within the caps, newest first.
pub(crate) async fn sales(
    session: &Session,
    rules: &Rules,
    customer: RecordId,
) -> Result<Vec<(Earning, i64)>, Failure> {
    let sales = session.store.earning_sales(customer, SALES).await?;
    let mut capped: Vec<Earned> = sales.iter().filter_map(|sale| earned(rules, sale)).collect();
    ledger::cap(&mut capped);
    let points = |sale: &Earning| {
        let id = RecordId::from_slice(&sale.id);
        capped.iter().find(|earned| Some(earned.id) == id).map_or(0, |earned| earned.points)
    };
    Ok(sales.into_iter().map(|sale| (points(&sale), sale)).map(|(n, sale)| (sale, n)).collect())
}

/// What one sale of a member earned within the caps.
pub(crate) async fn earned_by(
    session: &Session,
    rules: &Rules,
    customer: RecordId,
    sale: RecordId,
) -> Result<i64, Failure> {
    let sales = sales(session, rules, customer).await?;
    let found = sales.iter().find(|(found, _)| RecordId::from_slice(&found.id) == Some(sale));
    Ok(found.map_or(0, |(_, points)| *points))
}

/// What a sale that is not written yet would add.
pub(crate) async fn within_caps(
    session: &Session,
    rules: &Rules,
    customer: RecordId,
    (at, points): (i64, i64),
    inputs: &Inputs,
) -> Result<i64, Failure> {
    let Some(terms) = rules.earn.terms(inputs.rule) else { return Ok(points) };
    if terms.cap_per_day.is_none() && terms.cap_per_month.is_none() {
        return Ok(points);
    }
    let sales = session.store.earning_sales(customer, SALES).await?;
    let mut all: Vec<Earned> = sales.iter().filter_map(|sale| earned(rules, sale)).collect();
    let id = RecordId::from_u128(u128::MAX);
    all.push(Earned {
        id,
        at,
        day: rules.calendar.day_of(at),
        points,
        cap_per_day: terms.cap_per_day,
        cap_per_month: terms.cap_per_month,
        months_valid: None,
    });
    ledger::cap(&mut all);
    Ok(all.iter().find(|earned| earned.id == id).map_or(0, |earned| earned.points))
}
