//! Rows of products.

use shuke_domain::Fen;

use super::{Record, reading::Reading};
use crate::{
    column::{Field, Shape},
    problem::Finding,
    synonyms,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProductField {
    Sku,
    Name,
    Category,
    Price,
    FloorPrice,
    Barcode,
}

impl Field for ProductField {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Sku, "sku", synonyms::SKU),
        (Self::Name, "name", synonyms::PRODUCT),
        (Self::Category, "category", synonyms::CATEGORY),
        (Self::Price, "price", synonyms::PRICE),
        (Self::FloorPrice, "floor_price", synonyms::FLOOR_PRICE),
        (Self::Barcode, "barcode", synonyms::BARCODE),
    ];

    fn shape(&self) -> Shape {
        match self {
            Self::Price | Self::FloorPrice => Shape::Number,
            _ => Shape::Text,
        }
    }
}

/// A product as a file gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductRow {
    pub sku: Option<String>,
    pub name: Option<String>,
    pub category: Option<String>,
    pub price: Option<Fen>,
    pub floor_price: Option<Fen>,
    pub barcode: Option<String>,
}

impl Record for ProductRow {
    type Field = ProductField;

    fn read(row: &mut Reading<'_, ProductField>) -> Result<Self, (Finding, Option<ProductField>)> {
        let product = Self {
            sku: row.number(&ProductField::Sku),
            name: row.line(&ProductField::Name),
            category: row.line(&ProductField::Category),
            price: row.fen(&ProductField::Price),
            floor_price: row.fen(&ProductField::FloorPrice),
            barcode: row.number(&ProductField::Barcode),
        };
        let nameless = product.sku.is_none() && product.name.is_none() && product.barcode.is_none();
        if nameless { Err((Finding::RowNameless, None)) } else { Ok(product) }
    }
}
