//! What is given back for a sale, in part or whole.

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Code, Failure, Fen, Quantity, RecordId,
    authority::Matter,
    nouns::{Sale, SaleLine},
};
use ts_rs::TS;

use crate::{
    App,
    authority::{self, Consent},
    sale::{number, put},
    session::fresh_id,
};

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Refund {
    pub sale: RecordId,
    /// All that is left of it, where it is not said.
    pub amount: Option<Fen>,
    pub note: Option<String>,
    /// By whose leave, where it goes beyond a limit (R41).
    pub consent: Option<Consent>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Refunded {
    pub id: RecordId,
    pub refunded_fen: Fen,
    /// The change of the balance: never positive.
    pub points: i64,
}

pub async fn refund(app: &App, request: Refund) -> Result<Refunded, Failure> {
    let session = app.session().await?;
    session.may_write(Sale::COLLECTION).await?;
    let rules = session.rules().await?;
    let original = session.store.sale(request.sale).await?;
    let original = original
        .ok_or_else(|| Failure::new(Code::SaleNotFound).with("id", request.sale.to_string()))?;
    let sold: Sale = original.sale.record.view();
    if sold.refund_of.is_some() {
        return Err(Failure::new(Code::SaleRefundOfRefund));
    }
    let left = original.total + original.refunded;
    let amount = request.amount.map_or(left, |amount| amount.0);
    if amount <= 0 || amount > left {
        return Err(Failure::new(Code::SaleRefundTooHigh)
            .with("left", left)
            .with("amount", amount));
    }
    let matter = (Matter::Refund, amount);
    let leave = authority::leave(&session, matter, sold.customer, request.consent.as_ref()).await?;
    let shift = session.store.open_shift(session.identity.device).await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let today = rules.calendar.day_of(now);
    let before = match sold.customer {
        Some(customer) => session.store.customer(customer).await?,
        None => None,
    };
    let mut write = session.write().await?;
    let id = fresh_id();
    let refund = Sale {
        approval: leave.write(&session, &mut write, id).await?,
        shift: shift.map(|shift| shift.record.id),
        receipt_number: Some(number(today, write.next_receipt(&today.to_string()).await?)),
        customer: sold.customer,
        store: session.identity.store,
        person: Some(session.person()),
        sold_at: Some(now),
        refund_of: Some(request.sale),
        points_rule: sold.points_rule,
        earn_rule: sold.earn_rule,
        source: Some("counter".to_owned()),
        note: request.note.filter(|note| !note.trim().is_empty()),
        ..Sale::default()
    };
    let whole = original.refunded == 0 && amount == original.total;
    let lines = if whole {
        original.lines.iter().map(|line| given_back(id, &line.view())).collect()
    } else {
        // Part of the money without saying for what: one line that names nothing but the amount.
        let names: Vec<&str> = original.lines.iter().filter_map(|line| line.text("name")).collect();
        vec![SaleLine {
            sale: Some(id),
            position: Some(0),
            name: Some(names.join("、")),
            quantity: Some(Quantity(0)),
            amount: Some(Fen(-amount)),
            ..SaleLine::default()
        }]
    };
    put(&mut write, &session, id, &refund, &lines).await?;
    session.commit(write).await?;
    let points = match (sold.customer, before) {
        (None, _) => 0,
        // With caps and lapsing, what a refund takes is what the balance fell by.
        (Some(customer), Some(before)) if sold.earn_rule.is_some() => {
            let after = session.store.customer(customer).await?;
            let after = after.map_or(0, |file| file.totals.points_at(now));
            after - before.totals.points_at(now)
        }
        (Some(_), _) => {
            let of = |refunded: i64| {
                rules.earn.points_of(sold.earn_rule, original.earning, (original.total, refunded))
            };
            of(original.refunded - amount) - of(original.refunded)
        }
    };
    Ok(Refunded { id, refunded_fen: Fen(amount), points })
}

fn given_back(refund: RecordId, line: &SaleLine) -> SaleLine {
    SaleLine {
        sale: Some(refund),
        quantity: line.quantity.map(|quantity| Quantity(-quantity.0)),
        amount: line.amount.map(std::ops::Neg::neg),
        ..line.clone()
    }
}
