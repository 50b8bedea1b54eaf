//! Pulled records through the product's own apply, against bare prepared inserts of the same rows.

use std::time::{Duration, Instant};

use anyhow::Result;
use shuke_domain::{
    Clock, DeviceId, Fen, Quantity, RecordId, Scope, Stamp, edit,
    nouns::SaleLine,
    wire::{Epoch, Number, PulledRow},
};
use shuke_store::{Key, Store, apply::Page};

use super::{
    Report,
    bare::{self, KEY},
};

/// Rows of one page, and of one transaction on either side.
pub(crate) const PAGE: u32 = 5_000;

const ROWS: u32 = 200_000;

pub async fn apply(report: &mut Report) -> Result<()> {
    // In turns, so that a neighbour who comes or goes meets both.
    let (mut ours, mut bare) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..2 {
        bare += bare::inserts(ROWS)?;
        ours += applied(ROWS).await?;
    }
    let note = format!(
        "two runs of {ROWS} sale lines; bare prepared inserts {:.0} rows/s",
        f64::from(2 * ROWS) / bare.as_secs_f64()
    );
    report.ratio("bulk apply of pulled sale lines", ours, bare, 2.0, &note);
    Ok(())
}

/// How long pages of new lines take to be in a fresh file.
async fn applied(rows: u32) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let device = DeviceId::from_u128(1);
    let key = Key::from_hex(KEY).ok_or_else(|| anyhow::anyhow!("key"))?;
    let store = Store::create(&folder.path().join("apply.db"), &key, device).await?;
    let mut pages = Vec::new();
    for first in (0..rows).step_by(PAGE as usize) {
        let mut page = Vec::new();
        for place in first..(first + PAGE).min(rows) {
            let stamp = Stamp { clock: Clock::at(1_700_000_000_000 + u64::from(place)), device };
            let record = edit::create(&line(place), RecordId::from_u128(id(place)), stamp)?;
            page.push(PulledRow { number: Number(i64::from(place) + 1), record });
        }
        pages.push(page);
    }
    let begun = Instant::now();
    for rows in pages {
        let next = rows.last().map(|row| row.number).unwrap_or_default();
        let page = Page {
            epoch: Epoch(uuid::Uuid::nil()),
            scope: Scope::workspace(),
            rows,
            left: Vec::new(),
            next,
            mark: None,
        };
        store.apply(page, 1_700_000_000_000).await?;
    }
    let took = begun.elapsed();
    store.close().await?;
    Ok(took)
}

pub(crate) fn id(place: u32) -> u128 {
    (0x018b_cfe5_6800_7000_u128 << 64) + u128::from(place)
}

pub(crate) fn line(place: u32) -> SaleLine {
    SaleLine {
        sale: Some(RecordId::from_u128(id(place / 3))),
        position: Some(i64::from(place % 3)),
        sku: Some("LJ-050".to_owned()),
        name: Some("西湖龙井 明前特级 50 g".to_owned()),
        quantity: Some(Quantity(1000)),
        amount: Some(Fen(12_800)),
        ..SaleLine::default()
    }
}
