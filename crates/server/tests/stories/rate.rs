//! How fast rows go in and out. Run by hand, in release: `cargo test -p shuke-server --release rate -- --ignored --nocapture`.

use std::time::Instant;

use serde_json::json;
use shuke_domain::{nouns::Customer, wire::Number};

use crate::bench::{NOW, on_each};

const PUSHES: u128 = 100;

#[test]
#[ignore = "a measurement"]
fn rate_of_pushes_and_of_a_first_sync() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        let name = bench.service.database().name();
        let (mut spent, mut rows) = (std::time::Duration::ZERO, 0);
        for round in 0..PUSHES {
            let batch: Vec<_> = (0..1000)
                .map(|i| {
                    let id = (1 << 96) + round * 1000 + i;
                    let phone = format!("+86138{:08}", round * 1000 + i);
                    let fields = [
                        ("name", json!("王小明")),
                        ("phone", json!(phone)),
                        ("remarks", json!("爱喝茶，不吃香菜")),
                    ];
                    let mut row = till.row::<Customer>(id, NOW, &fields);
                    row.changes.clear();
                    row
                })
                .collect();
            rows += batch.len();
            let begun = Instant::now();
            till.push(batch).await.unwrap();
            spent += begun.elapsed();
        }
        eprintln!("{name}: {:.0} rows/s pushed", rows as f64 / spent.as_secs_f64());
        let (begun, mut after, mut bytes) = (Instant::now(), Number(0), 0);
        loop {
            let request = shuke_domain::wire::PullRequest {
                mark: None,
                stood: None,
                protocol: shuke_domain::wire::PROTOCOL,
                epoch: None,
                scope: shuke_domain::Scope::workspace(),
                after,
                limit: 5000,
            };
            let page = bench.service.pull(&till.row, &request).await.unwrap();
            bytes += page.to_json().unwrap().len();
            after = page.next;
            if page.last {
                break;
            }
        }
        let seconds = begun.elapsed().as_secs_f64();
        eprintln!(
            "{name}: {:.0} rows/s pulled, {:.1} MB/s",
            rows as f64 / seconds,
            bytes as f64 / 1e6 / seconds
        );
    });
}
