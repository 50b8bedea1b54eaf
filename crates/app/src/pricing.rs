//! What the lines of a sale cost this member: prices by tier, floors (R7), a coupon, and what the counter goes
//! below them by.

use shuke_domain::{Code, Failure, Fen, Quantity, coupon, earn::Goods, nouns::Product, price};
use shuke_store::customer::File;

use crate::{Session, sale::LineInput, session::Rules};

/// A line with what is known of its goods.
pub(crate) struct PricedLine {
    quantity: Quantity,
    sku: Option<String>,
    pub(crate) category: Option<String>,
    name: Option<String>,
    pub(crate) amount: Fen,
    list_price: Option<Fen>,
    /// The least that the whole line may go for.
    least: Option<Fen>,
    /// What one unit costs this member.
    pub(crate) member_price: Option<Fen>,
}

impl PricedLine {
    pub(crate) fn is_below_floor(&self) -> bool {
        self.least.is_some_and(|least| self.amount < least)
    }

    /// What it would cost this member without anything off.
    fn asked(&self) -> Fen {
        let unit = self.member_price.or(self.list_price);
        unit.map_or(self.amount, |unit| self.quantity.at(unit))
    }
}

pub(crate) fn goods(lines: &[PricedLine]) -> Vec<Goods<'_>> {
    lines
        .iter()
        .map(|line| Goods {
            sku: line.sku.as_deref(),
            category: line.category.as_deref(),
            amount: line.amount,
        })
        .collect()
}

/// Lines with the products they name, the member's price and the floor (R7).
pub(crate) async fn priced(
    session: &Session,
    rules: &Rules,
    lines: &[LineInput],
    file: Option<&File>,
) -> Result<Vec<PricedLine>, Failure> {
    let tier = file.map(|file| rules.standing(&file.totals).tier);
    let mut priced = Vec::with_capacity(lines.len());
    for line in lines {
        let product = match (line.product, &line.sku) {
            (Some(id), _) => session.record::<Product>(id).await?,
            (None, Some(sku)) => session.store.product_by_sku(sku).await?,
            (None, None) => None,
        };
        let product = product.unwrap_or_default();
        priced.push(PricedLine {
            least: price::least(&product, line.quantity),
            member_price: price::member_price(&product, &rules.ladder, tier.as_deref()),
            sku: line.sku.clone().or(product.sku),
            category: product.category,
            name: line.name.clone().or(product.name),
            amount: line.amount,
            list_price: line.list_price,
            quantity: line.quantity,
        });
    }
    Ok(priced)
}

/// What the counter goes below its members' prices by, line by line: what is dearer on one line makes
/// nothing good on another.
pub(crate) fn discount(lines: &[PricedLine]) -> Fen {
    lines.iter().map(|line| (line.asked() - line.amount).max(Fen(0))).sum()
}

/// Takes a coupon's amount off the lines, as far as their floors let it. Gives what was taken off.
pub(crate) fn take_off(lines: &mut [PricedLine], off: Fen) -> Fen {
    let above: Vec<(Fen, Fen)> =
        lines.iter().map(|line| (line.amount, line.least.unwrap_or_default())).collect();
    let parts = coupon::spread(off, &above);
    for (line, part) in lines.iter_mut().zip(&parts) {
        line.amount = line.amount - *part;
    }
    parts.into_iter().sum()
}

/// Refuses a line below what its product may go for.
pub(crate) fn keeps_floor(lines: &[PricedLine]) -> Result<(), Failure> {
    let Some(place) = lines.iter().position(PricedLine::is_below_floor) else { return Ok(()) };
    let line = &lines[place];
    Err(Failure::new(Code::SaleBelowFloor)
        .with("line", place + 1)
        .with("name", line.name.clone().or_else(|| line.sku.clone()).unwrap_or_default())
        .with("amount", line.amount.0)
        .with("floor", line.least.unwrap_or_default().0))
}
