//! Sales and refunds at the counter.

use clap::{Args, Subcommand};
use serde_json::json;
use shuke_app::{
    App, Code, Fen, Quantity, refund,
    sale::{self, LineInput},
};

use crate::{
    figure, id,
    voice::{Stop, Voice},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Sale {
    /// Record a sale.
    Add(Add),
    /// Give money back.
    Refund {
        sale: String,
        /// All that is left of the sale unless said otherwise.
        #[arg(long, value_name = "N")]
        amount_fen: Option<i64>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// What was bought; as often as needed.
    #[arg(long = "line", value_name = "SKU:QTY:UNIT_FEN", required = true, value_parser = line)]
    lines: Vec<LineInput>,
    /// When; now unless said otherwise.
    #[arg(long, value_name = "RFC3339", value_parser = figure::read_moment)]
    at: Option<i64>,
}

/// Read from its end, because a SKU may hold colons.
fn line(text: &str) -> Result<LineInput, String> {
    let shape = || "SKU:QTY:UNIT_FEN".to_owned();
    let (rest, unit) = text.rsplit_once(':').ok_or_else(shape)?;
    let (sku, quantity) = rest.rsplit_once(':').ok_or_else(shape)?;
    let quantity: Quantity = quantity.trim().parse().map_err(|_| shape())?;
    let unit = Fen(unit.trim().parse().map_err(|_| shape())?);
    if sku.trim().is_empty() {
        return Err(shape());
    }
    Ok(LineInput {
        product: None,
        sku: Some(sku.trim().to_owned()),
        name: None,
        quantity,
        amount: quantity.at(unit),
        list_price: None,
    })
}

impl Sale {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        match self {
            Sale::Add(add) => add.run(app, voice).await,
            Sale::Refund { sale, amount_fen } => {
                let sale = id(&sale, Code::SaleNotFound)?.id;
                let amount = amount_fen.map(Fen);
                let refund = refund::Refund { sale, amount, note: None, consent: None };
                let refunded = refund::refund(app, refund).await?;
                let (sum, points) =
                    (figure::money(refunded.refunded_fen), figure::count(refunded.points));
                let line = voice.text("cli:sale.refunded", &[("sum", &sum), ("points", &points)]);
                let value = json!({
                    "id": refunded.id,
                    "points": refunded.points,
                    "refunded_fen": refunded.refunded_fen,
                });
                voice.answer(&value, &[line])
            }
        }
    }
}

impl Add {
    async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        let customer = self.customer.map(|text| id(&text, Code::CustomerNotFound)).transpose()?;
        let add = sale::Add {
            customer: customer.map(|customer| customer.id),
            lines: self.lines,
            tenders: None,
            sold_at: self.at,
            note: None,
            coupon: None,
            consent: None,
        };
        let added = sale::add(app, add).await?;
        let (sum, points) = (figure::money(added.total_fen), figure::count(added.points));
        let line = voice.text(
            "cli:sale.added",
            &[("number", &added.number), ("sum", &sum), ("points", &points)],
        );
        let value = json!({
            "id": added.id,
            "total_fen": added.total_fen,
            "points": added.points,
            "number": added.number,
            "balance": added.balance,
        });
        voice.answer(&value, &[line, added.id.to_string()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_from_its_end() {
        let line = line("茶:龙井:2.5:12800").unwrap();
        assert_eq!(line.sku.as_deref(), Some("茶:龙井"));
        assert_eq!((line.quantity, line.amount), (Quantity(2_500), Fen(32_000)));
    }

    #[test]
    fn half_lines_are_wrong_calls() {
        for text in ["", "A", "A:1", ":1:100", "A:x:100", "A:1:1.5"] {
            assert!(line(text).is_err(), "{text}");
        }
    }
}
