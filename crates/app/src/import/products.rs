//! Products out of a file: known by their stock-keeping number.

use std::collections::HashMap;

use shuke_domain::{Edit, Failure, Record, RecordId, nouns::Product};
use shuke_exchange::ProductRow;
use shuke_store::{Author, Write};

use super::{Intake, Kind, RowError, Taken};
use crate::{
    Session,
    session::{Rules, fresh_id},
};

pub(crate) struct Products {
    author: Author,
    new: Vec<Record>,
    by_sku: HashMap<String, RecordId>,
}

impl Intake for Products {
    type Row = ProductRow;
    const KIND: Kind = Kind::Products;

    fn new(session: &Session, _: &Rules) -> Self {
        Self { author: session.author(), new: Vec::new(), by_sku: HashMap::new() }
    }

    async fn take(
        &mut self,
        write: &mut Write,
        _: u64,
        row: ProductRow,
        _: &mut Vec<RowError>,
    ) -> Result<Taken, Failure> {
        let product = Product {
            sku: row.sku.clone(),
            name: row.name.or_else(|| row.sku.clone()),
            category: row.category,
            barcode: row.barcode,
            price: row.price,
            floor_price: row.floor_price,
            ..Product::default()
        };
        let known = match &row.sku {
            Some(sku) => match self.by_sku.get(sku) {
                Some(id) => Some(*id),
                None => write.product_by_sku(sku).await?,
            },
            None => None,
        };
        if let Some(id) = known {
            if self.new.iter().any(|record| record.id == id) {
                self.flush(write).await?;
            }
            // A dry run remembers products that no write has kept.
            if write.find(Product::COLLECTION, id).await?.is_some() {
                write.edit(Product::COLLECTION, id, &Edit::setting(&product), self.author).await?;
            }
            return Ok(Taken::Updated);
        }
        let id = fresh_id();
        let stamp = write.stamp();
        self.new.push(shuke_domain::edit::create(&product, id, stamp)?);
        if let Some(sku) = row.sku {
            self.by_sku.insert(sku, id);
        }
        Ok(Taken::Created)
    }

    async fn flush(&mut self, write: &mut Write) -> Result<(), Failure> {
        write.insert(Product::COLLECTION, std::mem::take(&mut self.new), self.author).await?;
        Ok(())
    }
}
