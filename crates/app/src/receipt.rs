//! The receipt of a sale, as it is shown and printed.

use serde::Serialize;
use shuke_domain::{
    Code, Failure, Fen, Quantity, RecordId,
    nouns::{Coupon, Device, Sale, SaleLine},
    tier::Standing,
};
use ts_rs::TS;

use crate::{App, customer::ById, earning, points, sale::Tender};

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Receipt {
    pub id: RecordId,
    pub number: String,
    pub sold_at: i64,
    pub workspace: String,
    pub store: Option<String>,
    pub device: Option<String>,
    pub person: Option<String>,
    pub customer: Option<RecordId>,
    pub customer_name: Option<String>,
    /// The customer is not in the data of this device.
    pub customer_away: bool,
    pub lines: Vec<ReceiptLine>,
    pub total: Fen,
    /// Sum of its refunds so far, negative.
    pub refunded: Fen,
    pub refund_of: Option<RecordId>,
    pub tenders: Vec<Tender>,
    /// The coupon that it took, and what that took off.
    pub coupon: Option<ReceiptCoupon>,
    pub points: i64,
    pub balance: Option<i64>,
    pub expiring: Option<points::Expiring>,
    pub standing: Option<Standing>,
    pub waiting: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ReceiptCoupon {
    pub name: String,
    pub off: Fen,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ReceiptLine {
    pub product: Option<RecordId>,
    pub sku: Option<String>,
    pub name: String,
    pub quantity: Quantity,
    pub amount: Fen,
    pub list_price: Option<Fen>,
}

pub async fn show(app: &App, request: ById) -> Result<Receipt, Failure> {
    let session = app.session().await?;
    session.may_read(Sale::COLLECTION).await?;
    let rules = session.rules().await?;
    let found = session.store.sale(request.id).await?;
    let found =
        found.ok_or_else(|| Failure::new(Code::SaleNotFound).with("id", request.id.to_string()))?;
    let sale: Sale = found.sale.record.view();
    let names = session.names().await?;
    let file = match sale.customer {
        Some(customer) => session.store.customer(customer).await?,
        None => None,
    };
    let device = session.record::<Device>(session.identity.device).await?;
    let points = if sale.customer.is_some() && sale.refund_of.is_none() {
        let amounts = (found.total, found.refunded);
        match (sale.customer, sale.earn_rule) {
            (Some(customer), Some(_)) => {
                earning::earned_by(&session, &rules, customer, request.id).await?
            }
            _ => rules.earn.points_of(sale.earn_rule, found.earning, amounts),
        }
    } else {
        0
    };
    let coupon = match session.store.coupon_of_sale(request.id).await? {
        Some(used) => {
            let coupon: Option<Coupon> = match used.coupon {
                Some(id) => session.record(id).await?,
                None => None,
            };
            let name = coupon.and_then(|coupon| coupon.name).unwrap_or_default();
            Some(ReceiptCoupon { name, off: used.amount.unwrap_or_default() })
        }
        None => None,
    };
    Ok(Receipt {
        coupon,
        id: request.id,
        number: sale.receipt_number.unwrap_or_default(),
        sold_at: sale.sold_at.unwrap_or_default(),
        workspace: session.workspace().await?.name.unwrap_or_default(),
        store: sale.store.and_then(|id| names.get(&id).cloned()),
        device: device.and_then(|device| device.name),
        person: sale.person.and_then(|id| names.get(&id).cloned()),
        customer: sale.customer,
        customer_away: sale.customer.is_some() && file.is_none(),
        customer_name: file
            .as_ref()
            .and_then(|file| file.stored.record.text("name").map(str::to_owned)),
        lines: found
            .lines
            .iter()
            .map(|line| {
                let line: SaleLine = line.view();
                ReceiptLine {
                    product: line.product,
                    name: line.name.or_else(|| line.sku.clone()).unwrap_or_default(),
                    sku: line.sku,
                    quantity: line.quantity.unwrap_or_default(),
                    amount: line.amount.unwrap_or_default(),
                    list_price: line.list_price,
                }
            })
            .collect(),
        total: Fen(found.total),
        refunded: Fen(found.refunded),
        refund_of: sale.refund_of,
        tenders: sale
            .tenders
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default(),
        points,
        balance: file.as_ref().map(|file| file.totals.points_at(rules.earn.now)),
        expiring: file.as_ref().and_then(|file| points::expiring(&file.totals, rules.earn.now)),
        standing: file.as_ref().map(|file| rules.standing(&file.totals)),
        waiting: rules.shared && found.waiting,
    })
}
