//! Stories of concurrent edits, as the server writes them down.

use serde_json::{Value, json};
use shuke_domain::{
    Edit, Record, RecordId, Role, Stamp,
    nouns::{Conflict, ConflictId, Customer},
    wire::{PushRow, RowOutcome},
};

use crate::bench::{NOW, Till, on_each};

const WANG: u128 = 10;

/// An edit by a till of the version that it knows.
fn edited(till: &Till<'_>, known: &Record, millis: u64, fields: &[(&str, Value)]) -> PushRow {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let edit = Edit { fields, deleted: None };
    let (record, changes) = edit.apply(known, till.stamp(millis)).unwrap();
    PushRow { record, author: till.reply.person_id, changes, offered: false }
}

async fn made(till: &Till<'_>) -> Record {
    let row = till.row::<Customer>(
        WANG,
        NOW - 1_000,
        &[("name", json!("王敏")), ("phone", json!("+8613805716688"))],
    );
    let record = row.record.clone();
    till.push(vec![row]).await.unwrap();
    record
}

async fn conflicts(till: &Till<'_>) -> Vec<Record> {
    let all = till.pull_all(50).await.into_iter().map(|(_, record)| record);
    all.filter(|record| record.collection == "conflict").collect()
}

fn values(conflict: &Record, field: &str) -> Vec<Value> {
    let sides = conflict.view::<Conflict>().sides();
    sides.iter().map(|side| side.values.get(field).cloned().unwrap_or_default()).collect()
}

#[test]
fn the_losing_value_stands_in_a_record_with_who_and_where() {
    on_each(|bench| async move {
        let a = bench.owner().await;
        let b = bench.join(Role::Counter, 2).await;
        let known = made(&a).await;
        let of_a = edited(&a, &known, NOW, &[("phone", json!("+8613900000000"))]);
        let of_b = edited(&b, &known, NOW + 5, &[("phone", json!("+8613700000000"))]);
        a.push(vec![of_a.clone()]).await.unwrap();
        let answer = b.push(vec![of_b.clone()]).await.unwrap();
        assert_eq!(answer.rows[0].outcome, RowOutcome::Applied, "nothing blocks");

        let found = conflicts(&a).await;
        assert_eq!(found, conflicts(&b).await);
        let [conflict] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(conflict.id, ConflictId::of(RecordId::from_u128(WANG), "phone").into());
        let view: Conflict = conflict.view();
        assert!(view.is_open());
        assert_eq!(view.customer, Some(RecordId::from_u128(WANG)));
        assert_eq!(json!(view.original()), json!({ "phone": "+8613805716688" }));
        let sides = view.sides();
        assert_eq!(values(conflict, "phone"), [json!("+8613900000000"), json!("+8613700000000")]);
        assert_eq!(sides[0].stamp, a.stamp(NOW));
        assert_eq!(
            sides.iter().map(|side| side.person).collect::<Vec<_>>(),
            [Some(a.reply.person_id), Some(b.reply.person_id)]
        );
        let stamp = conflict.stamp.unwrap();
        assert!(stamp.device != a.row.id && stamp.device != b.row.id, "the server's own word");

        // Sent again under other batch ids, five times: still the one, as it was.
        for _ in 0..5 {
            b.push(vec![of_b.clone()]).await.unwrap();
            a.push(vec![of_a.clone()]).await.unwrap();
        }
        assert_eq!(conflicts(&a).await, found);
    });
}

#[test]
fn other_fields_equal_values_and_ones_own_edits_never_conflict() {
    on_each(|bench| async move {
        let a = bench.owner().await;
        let b = bench.join(Role::Counter, 2).await;
        let known = made(&a).await;
        a.push(vec![edited(&a, &known, NOW, &[("remarks", json!("爱喝茶"))])]).await.unwrap();
        b.push(vec![edited(&b, &known, NOW + 1, &[("email", json!("w@example.org"))])])
            .await
            .unwrap();
        b.push(vec![edited(&b, &known, NOW + 2, &[("remarks", json!("爱喝茶"))])]).await.unwrap();
        // Its answer was lost and it wrote on: based, as far as it knows, on what it began with.
        a.push(vec![edited(&a, &known, NOW + 3, &[("phone", json!("1"))])]).await.unwrap();
        a.push(vec![edited(&a, &known, NOW + 4, &[("phone", json!("2"))])]).await.unwrap();
        assert_eq!(conflicts(&a).await, []);
    });
}

#[test]
fn settling_closes_it_for_all_and_differing_decisions_open_it_again() {
    on_each(|bench| async move {
        let a = bench.owner().await;
        let b = bench.join(Role::Counter, 2).await;
        let known = made(&a).await;
        a.push(vec![edited(&a, &known, NOW, &[("name", json!("王明"))])]).await.unwrap();
        b.push(vec![edited(&b, &known, NOW + 5, &[("name", json!("王鸣"))])]).await.unwrap();
        let found = conflicts(&a).await.remove(0);
        let stands = bench_record(&a).await;
        let settle = |till: &Till<'_>, millis: u64, value: &str| {
            let settled = [
                ("settled_at", json!(millis)),
                ("settled_of", json!(found.view::<Conflict>().as_of)),
                ("taken", json!("other")),
            ];
            let closed = edited(till, &found, millis, &settled);
            let edit = Edit { fields: [("name".to_owned(), json!(value))].into(), deleted: None };
            let (record, changes) = edit.insist(&stands, till.stamp(millis)).unwrap();
            vec![closed, PushRow { record, author: till.reply.person_id, changes, offered: false }]
        };
        let answer = a.push(settle(&a, NOW + 100, "王明")).await.unwrap();
        assert!(answer.rows.iter().all(|row| row.outcome == RowOutcome::Applied), "{answer:?}");
        assert!(!conflicts(&b).await[0].view::<Conflict>().is_open());

        // B had decided for what stood, before it heard of that.
        b.push(settle(&b, NOW + 90, "王鸣")).await.unwrap();
        let again = conflicts(&a).await.remove(0);
        assert!(again.view::<Conflict>().is_open());
        assert_eq!(values(&again, "name"), [json!("王鸣"), json!("王明")]);
        assert_eq!(bench_record(&b).await.text("name"), Some("王明"), "the later decision leads");
    });
}

async fn bench_record(till: &Till<'_>) -> Record {
    let all = till.pull_all(50).await.into_iter().map(|(_, record)| record);
    all.into_iter().find(|record| record.collection == "customer").unwrap()
}

#[test]
fn devices_settle_and_never_say_what_the_sides_are() {
    on_each(|bench| async move {
        let a = bench.owner().await;
        let b = bench.join(Role::Counter, 2).await;
        let looks_on = bench.join(Role::ReadOnly, 3).await;
        let known = made(&a).await;
        a.push(vec![edited(&a, &known, NOW, &[("name", json!("王明"))])]).await.unwrap();
        b.push(vec![edited(&b, &known, NOW + 5, &[("name", json!("王鸣"))])]).await.unwrap();
        let found = conflicts(&a).await.remove(0);
        let forged = edited(&b, &found, NOW + 50, &[("sides", json!([]))]);
        let invented = b.row::<Conflict>(77, NOW, &[("collection", json!("customer"))]);
        let mut deleted = edited(&b, &found, NOW + 50, &[("taken", json!("x"))]);
        deleted.record.life = Some(shuke_domain::Life { stamp: b.stamp(NOW + 60), deleted: true });
        let answer = b.push(vec![forged, invented, deleted]).await.unwrap();
        for row in &answer.rows {
            assert_eq!(
                (row.outcome, row.code.as_deref()),
                (RowOutcome::Denied, Some("record.fixed"))
            );
        }
        let settled = edited(&looks_on, &found, NOW + 50, &[("settled_at", json!(1))]);
        let refused = looks_on.push(vec![settled]).await.unwrap();
        assert_eq!(refused.rows[0].code.as_deref(), Some("right.missing"));
        assert_eq!(conflicts(&a).await, [found]);
    });
}

#[test]
fn an_erased_record_takes_its_conflicts_along() {
    on_each(|bench| async move {
        let a = bench.owner().await;
        let b = bench.join(Role::Counter, 2).await;
        let known = made(&a).await;
        a.push(vec![edited(&a, &known, NOW, &[("phone", json!("+8613911112222"))])]).await.unwrap();
        b.push(vec![edited(&b, &known, NOW + 5, &[("phone", json!("+8613733334444"))])])
            .await
            .unwrap();
        let mut erasing = edited(&a, &known, NOW + 9, &[]);
        erasing.record = Record { erased: true, ..Record::empty("customer", known.id) };
        a.push(vec![erasing]).await.unwrap();
        let left = conflicts(&b).await;
        assert!(left.iter().all(|conflict| conflict.erased) && left.len() == 1, "{left:?}");
        let text = serde_json::to_string(&b.pull_all(50).await).unwrap();
        assert!(!text.contains("1391111") && !text.contains("1373333"), "{text}");
        // Who comes late with an edit of it finds nothing to conflict with.
        b.push(vec![edited(&b, &known, NOW + 20, &[("phone", json!("1"))])]).await.unwrap();
        assert!(conflicts(&b).await.iter().all(|conflict| conflict.erased));
    });
}

#[test]
fn a_clamped_edit_conflicts_under_the_stamp_it_was_set_back_to() {
    on_each(|bench| async move {
        const DAY: u64 = 86_400_000;
        let a = bench.owner().await;
        let b = bench.join(Role::Counter, 2).await;
        let known = made(&a).await;
        a.push(vec![edited(&a, &known, NOW - 10, &[("name", json!("王明"))])]).await.unwrap();
        let ahead = edited(&b, &known, NOW + 3 * DAY, &[("name", json!("王鸣"))]);
        let answer = b.push(vec![ahead]).await.unwrap();
        let became: Vec<Stamp> = answer.rows[0].clamped.iter().map(|(_, became)| *became).collect();
        let found = conflicts(&a).await.remove(0);
        let sides = found.view::<Conflict>().sides();
        assert_eq!(became, [sides[1].stamp]);
        // A right edit elsewhere, by someone who saw it, wins and is no conflict.
        let stands = bench_record(&a).await;
        bench.forward(1_000);
        a.push(vec![edited(&a, &stands, NOW + 900, &[("name", json!("王小明"))])]).await.unwrap();
        assert_eq!(bench_record(&b).await.text("name"), Some("王小明"));
        assert_eq!(conflicts(&a).await, [found]);
    });
}
