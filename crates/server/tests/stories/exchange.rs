//! Stories of pushing and pulling.

use std::sync::Arc;

use serde_json::json;
use shuke_domain::{
    Life, RecordId, Role,
    nouns::{Customer, Device, Sale},
    wire::{CLOCK_TOLERANCE, Number, RowOutcome},
};
use shuke_server::{Service, System};

use crate::bench::{NOW, on_each};

#[test]
fn two_tills_meet_in_one_order() {
    on_each(|bench| async move {
        let first = bench.owner().await;
        let second = bench.join(Role::Counter, 2).await;
        // The person who joined was written by the server, under number 1.
        let pushed = first
            .push(vec![
                first.row::<Customer>(
                    10,
                    NOW,
                    &[("name", json!("王小明")), ("phone", json!("+8613800138000"))],
                ),
                first.row::<Customer>(11, NOW, &[("name", json!("李"))]),
            ])
            .await
            .unwrap();
        assert!(
            pushed
                .rows
                .iter()
                .all(|row| row.outcome == RowOutcome::Applied && row.record.is_none())
        );
        assert_eq!(
            pushed.rows.iter().map(|row| row.number).collect::<Vec<_>>(),
            [Number(2), Number(3)]
        );

        let other = second
            .push(vec![second.row::<Customer>(10, NOW + 5, &[("name", json!("王晓明"))])])
            .await
            .unwrap();
        let merged = &other.rows[0];
        assert_eq!((merged.outcome, merged.number), (RowOutcome::Merged, Number(4)));
        let record = merged.record.as_ref().unwrap();
        assert_eq!(
            (record.text("name"), record.text("phone")),
            (Some("王晓明"), Some("+8613800138000"))
        );

        // An older value loses; the record does not change and takes no number. That somebody wrote
        // it is a conflict, which does.
        let late = first
            .push(vec![first.row::<Customer>(10, NOW + 1, &[("name", json!("旧"))])])
            .await
            .unwrap();
        assert_eq!((late.rows[0].outcome, late.rows[0].number), (RowOutcome::Merged, Number(4)));

        let (mine, theirs) = (first.pull_all(1).await, second.pull_all(5000).await);
        assert_eq!(mine, theirs);
        assert_eq!(mine.iter().map(|(number, _)| number.0).collect::<Vec<_>>(), [1, 3, 4, 6]);
        assert_eq!((&*mine[0].1.collection, &*mine[3].1.collection), ("person", "conflict"));
        let page = first.pull(Number(0), 2).await.unwrap();
        assert_eq!((page.last, page.remaining, page.next), (false, 2, Number(3)));
        let end = first.pull(page.next, 2).await.unwrap();
        assert_eq!((end.last, end.remaining, end.next, end.rows.len()), (true, 0, Number(6), 2));
    });
}

#[test]
fn a_resend_gets_the_same_answer_and_another_content_does_not() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        let batch = uuid::Uuid::new_v4();
        let rows = vec![till.row::<Customer>(10, NOW, &[("name", json!("王"))])];
        let first = till.push_batch(batch, rows.clone()).await.unwrap();
        for _ in 0..4 {
            let again = till.push_batch(batch, rows.clone()).await.unwrap();
            assert_eq!(
                serde_json::to_value(&again.rows).unwrap(),
                serde_json::to_value(&first.rows).unwrap()
            );
            assert_eq!(again.nonce, first.nonce);
        }
        assert_eq!(till.pull_all(10).await.len(), 1);
        let other = vec![till.row::<Customer>(10, NOW, &[("name", json!("李"))])];
        assert_eq!(till.push_batch(batch, other).await.unwrap_err().code(), "request.invalid");
    });
}

#[test]
fn a_copied_data_folder_is_noticed() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        let push = async |nonce: Option<String>, id: u128| {
            let rows = vec![till.row::<Customer>(id, NOW, &[("name", json!("王"))])];
            let request = shuke_domain::wire::PushRequest {
                protocol: shuke_domain::wire::PROTOCOL,
                batch: uuid::Uuid::new_v4(),
                nonce,
                rows,
            };
            bench.service.push(&till.row, request).await
        };
        let one = push(None, 1).await.unwrap().nonce;
        let two = push(Some(one.clone()), 2).await.unwrap().nonce;
        let three = push(Some(two), 3).await.unwrap().nonce;
        assert_eq!(push(Some(one), 4).await.unwrap_err().code(), "sync.copied");
        assert!(push(Some(three), 5).await.is_ok());
    });
}

#[test]
fn one_bad_row_never_blocks_the_rest() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        let mut forged = till.row::<Customer>(3, NOW, &[("name", json!("冒名"))]);
        forged.author = RecordId::from_u128(99);
        let mut foreign = till.row::<Customer>(4, NOW, &[("name", json!("别的柜"))]);
        foreign.record.stamp = foreign.record.stamp.map(|stamp| shuke_domain::Stamp {
            device: shuke_domain::DeviceId::from_u128(77),
            ..stamp
        });
        let answer = till
            .push(vec![
                till.row::<Customer>(1, NOW, &[("name", json!("好"))]),
                till.row::<Customer>(2, NOW, &[("name", json!(17))]),
                forged,
                foreign,
                till.raw("balloon", 5, NOW, &[("colour", json!("青"))]),
            ])
            .await
            .unwrap();
        let seen: Vec<_> =
            answer.rows.iter().map(|row| (row.outcome, row.code.as_deref())).collect();
        assert_eq!(
            seen,
            [
                (RowOutcome::Applied, None),
                (RowOutcome::Denied, Some("field.invalid")),
                (RowOutcome::Denied, Some("author.unknown")),
                (RowOutcome::PutAside, Some("stamp.foreign")),
                (RowOutcome::Applied, None),
            ]
        );
        let all = till.pull_all(10).await;
        assert_eq!(all.len(), 2);
        assert_eq!(all[1].1.text("colour"), Some("青"), "an unknown collection is kept as it is");
        let findings = bench.service.doctor().await.unwrap();
        let aside = findings.iter().find(|finding| finding.check == "aside").unwrap();
        assert_eq!(aside.detail, "1");
    });
}

#[test]
fn a_denied_row_brings_the_servers_version_back() {
    on_each(|bench| async move {
        let owner = bench.owner().await;
        owner
            .push(vec![owner.row::<Sale>(5, NOW, &[("receipt_number", json!("A1"))])])
            .await
            .unwrap();
        let edited = owner
            .push(vec![owner.row::<Sale>(5, NOW + 9, &[("receipt_number", json!("A2"))])])
            .await
            .unwrap();
        let row = &edited.rows[0];
        assert_eq!((row.outcome, row.code.as_deref()), (RowOutcome::Denied, Some("record.fixed")));
        assert_eq!(row.record.as_ref().unwrap().text("receipt_number"), Some("A1"));
    });
}

#[test]
fn a_clock_three_days_ahead_is_clamped_once_and_remembered() {
    on_each(|bench| async move {
        let ahead = bench.owner().await;
        let right = bench.join(Role::Counter, 2).await;
        let original = NOW + 3 * 86_400_000;
        let rows = vec![
            ahead.row::<Customer>(10, original + 1, &[("name", json!("后"))]),
            ahead.row::<Customer>(11, original, &[("name", json!("先"))]),
        ];
        let first = ahead.push(rows.clone()).await.unwrap();
        let (later, earlier) = (first.rows[0].clamped[0], first.rows[1].clamped[0]);
        assert_eq!(later.0, ahead.stamp(original + 1));
        assert!(earlier.1 < later.1 && later.1.clock.millis() <= NOW + CLOCK_TOLERANCE);
        assert_eq!(first.rows[0].outcome, RowOutcome::Merged);
        assert_eq!(first.rows[0].record.as_ref().unwrap().stamp, Some(later.1));

        // Resent when time has caught up, in a batch of another name: nothing moves.
        bench.forward(4 * 86_400_000);
        let again = ahead.push(rows).await.unwrap();
        assert_eq!(again.rows[0].clamped, first.rows[0].clamped);
        assert_eq!(again.rows[0].number, first.rows[0].number);

        let won = right
            .push(vec![right.row::<Customer>(10, NOW + 60_000, &[("name", json!("对"))])])
            .await
            .unwrap();
        assert_eq!(
            won.rows[0].outcome,
            RowOutcome::Applied,
            "a right clock wins over a clamped one"
        );
    });
}

#[test]
fn deletion_holds_against_an_unaware_edit_and_erasure_against_everything() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        let named = |millis, name: &str| till.row::<Customer>(10, millis, &[("name", json!(name))]);
        till.push(vec![named(NOW, "王")]).await.unwrap();
        let mut deleted = named(NOW, "王");
        deleted.record.life = Some(Life { stamp: till.stamp(NOW + 1), deleted: true });
        till.push(vec![deleted]).await.unwrap();
        let edited = till.push(vec![named(NOW + 2, "王二")]).await.unwrap();
        let record = edited.rows[0].record.as_ref().unwrap();
        assert!(record.is_deleted() && record.changed_after_deletion());

        let mut erased = named(NOW + 3, "王");
        erased.record = shuke_domain::Record::empty("customer", RecordId::from_u128(10));
        erased.record.erased = true;
        erased.changes.clear();
        till.push(vec![erased]).await.unwrap();
        let stale = till.push(vec![named(NOW + 4, "王三")]).await.unwrap();
        assert!(stale.rows[0].record.as_ref().unwrap().erased);
        let all = till.pull_all(10).await;
        assert!(all.len() == 1 && all[0].1.erased && all[0].1.fields.is_empty());
    });
}

#[test]
fn eight_writers_and_a_reader_and_none_is_skipped() {
    on_each(|bench| async move {
        let reader = bench.owner().await;
        let mut tills = Vec::new();
        for device in 2..10 {
            tills.push(bench.join(Role::Counter, device).await);
        }
        let joined = reader.pull(Number(0), 100).await.unwrap();
        let writing = async {
            let writers = tills.iter().enumerate().map(|(index, till)| async move {
                for round in 0..25_u128 {
                    let base = (index as u128 + 1) * 10_000 + round * 10;
                    let rows = (0..3)
                        .map(|i| till.row::<Customer>(base + i, NOW, &[("name", json!(format!("客{base}{i}")))]))
                        // All write this one too: contention on one row.
                        .chain([till.row::<Customer>(1, NOW + u64::try_from(base).unwrap(), &[("name", json!("同"))])])
                        .collect();
                    till.push(rows).await.unwrap();
                }
            });
            futures_util::future::join_all(writers).await;
        };
        let done = std::sync::atomic::AtomicBool::new(false);
        let reading = async {
            let (mut after, mut seen) = (joined.next, std::collections::HashMap::new());
            loop {
                let finished = done.load(std::sync::atomic::Ordering::SeqCst);
                let page = reader.pull(after, 7).await.unwrap();
                for row in page.rows {
                    assert!(row.number > after, "the order never goes back");
                    seen.insert(row.record.id, row.number);
                }
                after = page.next;
                if finished && page.last {
                    return seen;
                }
            }
        };
        let (_, seen) = tokio::join!(
            async {
                writing.await;
                done.store(true, std::sync::atomic::Ordering::SeqCst);
            },
            reading
        );
        assert_eq!(seen.len(), 8 * 25 * 3 + 1);
        let whole = reader.pull_all(5000).await;
        for (number, record) in whole.iter().filter(|(number, _)| *number > joined.next) {
            assert_eq!(seen.get(&record.id), Some(number));
        }
    });
}

#[test]
fn it_never_receives_a_customer() {
    on_each(|bench| async move {
        let owner = bench.owner().await;
        let it = bench.join(Role::It, 2).await;
        owner.push(vec![owner.row::<Customer>(10, NOW, &[("name", json!("王"))])]).await.unwrap();
        let rows = it.pull_all(1).await;
        assert_eq!(
            rows.iter().map(|(_, record)| record.collection.as_ref()).collect::<Vec<_>>(),
            ["person"]
        );
        let refused =
            it.push(vec![it.row::<Customer>(10, NOW + 1, &[("name", json!("改"))])]).await.unwrap();
        assert_eq!(refused.rows[0].code.as_deref(), Some("right.missing"));
    });
}

#[test]
fn several_servers_over_one_database_hear_of_each_other() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        let other = Service::new(bench.service.database().clone(), Arc::new(System));
        // On SQLite there is one server only.
        if other.database().name() == "sqlite" {
            return;
        }
        let mut heard = other.listen();
        let relaying = tokio::spawn(async move { other.relay().await });
        for millis in 1.. {
            till.push(vec![till.row::<Customer>(
                10,
                NOW + millis,
                &[("name", json!(millis.to_string()))],
            )])
            .await
            .unwrap();
            // The relay may not listen yet when the first is told.
            let patience = std::time::Duration::from_millis(500);
            if let Ok(nudge) = tokio::time::timeout(patience, heard.recv()).await {
                assert!(nudge.unwrap().number.0 >= 1);
                break;
            }
            assert!(millis < 20, "nothing heard");
        }
        relaying.abort();
    });
}

#[test]
fn a_refusal_shows_nothing_that_its_device_may_not_see() {
    on_each(|bench| async move {
        let owner = bench.owner().await;
        let it = bench.join(Role::It, 2).await;
        owner.push(vec![owner.row::<Customer>(10, NOW, &[("name", json!("王"))])]).await.unwrap();
        let refused =
            it.push(vec![it.row::<Customer>(10, NOW + 1, &[("name", json!("改"))])]).await.unwrap();
        assert_eq!(refused.rows[0].outcome, RowOutcome::Denied);
        assert!(refused.rows[0].record.is_none());
    });
}

#[test]
fn a_copy_goes_on_as_a_device_of_its_own() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        let colleague = bench.join(Role::Counter, 2).await.reply.person_id;
        let said = [("name", json!("2 号柜")), ("people", json!([colleague]))];
        till.push(vec![till.row::<Device>(1, NOW, &said)]).await.unwrap();
        let fresh = shuke_domain::DeviceId::from_u128(77);
        let request = shuke_domain::wire::RenewRequest {
            protocol: shuke_domain::wire::PROTOCOL,
            device_id: fresh,
        };
        let row = bench.service.authenticate(&till.reply.token).await.unwrap();
        let first = bench.service.renew(&row, &till.reply.token, &request).await.unwrap();
        let again = bench.service.renew(&row, &till.reply.token, &request).await.unwrap();
        assert_eq!(first.seen, Some(till.stamp(NOW)));
        assert_eq!(first.member_numbers, again.member_numbers);
        assert_ne!(first.member_numbers, till.reply.member_numbers);

        let token = shuke_sync_token(&till.reply.token, fresh);
        let renewed = bench.service.authenticate(&token).await.unwrap();
        assert_eq!((renewed.id, renewed.role, renewed.person_id), (fresh, row.role, row.person_id));
        // Whom a leader let in works on with the copy, and only the server says so.
        let mut tx = bench.service.database().read().await.unwrap();
        assert!(tx.authors(fresh).await.unwrap().contains(&colleague));
        let key = ("device".to_owned(), RecordId::from_u128(77));
        let record = tx.records(std::slice::from_ref(&key)).await.unwrap().remove(&key).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(record.record.text("name"), Some("2 号柜"));
        assert_eq!(record.record.fields["people"], json!([colleague]));
        let taken = shuke_domain::wire::RenewRequest { device_id: row.id, ..request };
        let refused = bench.service.renew(&renewed, &token, &taken).await.unwrap_err();
        assert_eq!(refused.code(), "request.invalid", "nobody takes another one's id");
    });
}

/// As the device derives it; the simulation holds both sides against each other.
fn shuke_sync_token(token: &str, device: shuke_domain::DeviceId) -> String {
    use sha2::Digest as _;
    let mut hasher = sha2::Sha256::new();
    hasher.update(token.as_bytes());
    hasher.update(device.as_bytes());
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_server_put_back_as_a_file_is_told_by_its_marks() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        till.push(vec![till.row::<Customer>(1, NOW, &[("name", json!("王"))])]).await.unwrap();
        let page = till.pull(Number(0), 10).await.unwrap();
        let ask = |mark: Option<String>| shuke_domain::wire::PullRequest {
            protocol: shuke_domain::wire::PROTOCOL,
            epoch: Some(till.reply.epoch),
            scope: shuke_domain::Scope::workspace(),
            after: page.next,
            mark,
            stood: None,
            limit: 10,
        };
        assert!(page.mark.is_some());
        assert!(bench.service.pull(&till.row, &ask(page.mark.clone())).await.is_ok());
        assert!(
            bench.service.pull(&till.row, &ask(None)).await.is_ok(),
            "an older app says nothing"
        );
        let other = bench.service.pull(&till.row, &ask(Some("another life".into()))).await;
        assert_eq!(other.unwrap_err().code(), "sync.epoch");
    });
}
