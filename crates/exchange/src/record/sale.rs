//! Rows of sales: one line of a receipt each.

use shuke_domain::{Fen, Quantity};

use super::{Record, reading::Reading};
use crate::{
    column::{Field, Shape},
    problem::Finding,
    synonyms,
    value::{date::Written, phone::Phone},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SaleField {
    CustomerNo,
    CustomerPhone,
    SaleNo,
    Date,
    Store,
    Sku,
    Product,
    Quantity,
    UnitPrice,
    Amount,
    Discount,
    RefundOf,
}

impl Field for SaleField {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::CustomerNo, "customer_no", synonyms::CUSTOMER_NO),
        (Self::CustomerPhone, "customer_phone", synonyms::CUSTOMER_PHONE),
        (Self::SaleNo, "sale_no", synonyms::SALE_NO),
        (Self::Date, "date", synonyms::DATE),
        (Self::Store, "store", synonyms::STORE),
        (Self::Sku, "sku", synonyms::SKU),
        (Self::Product, "product", synonyms::PRODUCT),
        (Self::Quantity, "quantity", synonyms::QUANTITY),
        (Self::UnitPrice, "unit_price", synonyms::UNIT_PRICE),
        (Self::Amount, "amount", synonyms::AMOUNT),
        (Self::Discount, "discount", synonyms::DISCOUNT),
        (Self::RefundOf, "refund_of", synonyms::REFUND_OF),
    ];

    fn shape(&self) -> Shape {
        match self {
            Self::CustomerPhone => Shape::Phone,
            Self::Date => Shape::Date,
            Self::Quantity | Self::UnitPrice | Self::Amount | Self::Discount => Shape::Number,
            _ => Shape::Text,
        }
    }
}

/// A line of a sale as a file gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleRow {
    pub customer_no: Option<String>,
    pub customer_phone: Option<Phone>,
    /// Rows that share it are one sale; without it each row is one.
    pub sale_no: Option<String>,
    pub date: Written,
    pub store: Option<String>,
    pub sku: Option<String>,
    pub product: Option<String>,
    /// One where the file says nothing.
    pub quantity: Quantity,
    pub unit_price: Option<Fen>,
    /// What was paid for the line: as the file says, or else quantity × price − discount.
    pub amount: Fen,
    pub discount: Option<Fen>,
    /// The number of the sale that money is given back for.
    pub refund_of: Option<String>,
}

impl Record for SaleRow {
    type Field = SaleField;

    fn read(row: &mut Reading<'_, SaleField>) -> Result<Self, (Finding, Option<SaleField>)> {
        let date = row.written(&SaleField::Date);
        let date = date.ok_or((Finding::RowDateInvalid, Some(SaleField::Date)))?;
        let quantity = row.quantity(&SaleField::Quantity);
        let unit_price = row.fen(&SaleField::UnitPrice);
        let discount = row.fen(&SaleField::Discount);
        let paid = row.fen(&SaleField::Amount);
        let quantity = quantity.unwrap_or(Quantity::ONE);
        let reckoned = || unit_price.map(|price| quantity.at(price) - discount.unwrap_or_default());
        let amount =
            paid.or_else(reckoned).ok_or((Finding::RowAmountInvalid, Some(SaleField::Amount)))?;
        Ok(Self {
            customer_no: row.number(&SaleField::CustomerNo),
            customer_phone: row.phones(&SaleField::CustomerPhone).into_iter().next(),
            sale_no: row.number(&SaleField::SaleNo),
            date,
            store: row.line(&SaleField::Store),
            sku: row.number(&SaleField::Sku),
            product: row.line(&SaleField::Product),
            quantity,
            unit_price,
            amount,
            discount,
            refund_of: row.number(&SaleField::RefundOf),
        })
    }
}

/// A row of another till's file: also where it cannot be taken it says to which sale it belongs, for of a sale
/// that lacks a line nothing may be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TillRow {
    pub sale_no: Option<String>,
    pub read: Result<SaleRow, (Finding, Option<SaleField>)>,
}

impl Record for TillRow {
    type Field = SaleField;

    fn read(row: &mut Reading<'_, SaleField>) -> Result<Self, (Finding, Option<SaleField>)> {
        let read = SaleRow::read(row);
        let sale_no = match &read {
            Ok(taken) => taken.sale_no.clone(),
            Err(_) => row.number(&SaleField::SaleNo),
        };
        Ok(Self { sale_no, read })
    }
}
