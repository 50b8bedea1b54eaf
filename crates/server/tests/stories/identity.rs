//! Stories of who is let in, and of what a backup brings back.

use serde_json::json;
use shuke_domain::{
    Record, RecordId, Role,
    nouns::{Customer, Store},
    wire::{Number, OwnWorkspace},
};
use shuke_server::{Database, Service, System};

use crate::bench::{KEY, NOW, on_each};

#[test]
fn a_code_lets_one_device_in_once_and_only_for_a_quarter_of_an_hour() {
    on_each(|bench| async move {
        let owner = bench.owner().await;
        assert!(owner.reply.founding);
        assert_eq!(owner.reply.role, Role::Owner);
        assert_eq!(owner.reply.member_numbers, (1, 10_000));

        let invited = bench.service.invite(Role::Counter, None).await.unwrap();
        let typed = invited.secret.as_str().to_lowercase().replace('-', " ");
        let till = bench.enrol(&typed, 2, None).await.unwrap();
        assert!(!till.reply.founding);
        assert_eq!(till.reply.member_numbers, (10_001, 20_000));
        let refused = bench.enrol(invited.secret.as_str(), 3, None).await.err().unwrap();
        assert_eq!(refused.code(), "enrol.code_spent");

        let late = bench.service.invite(Role::Counter, None).await.unwrap();
        bench.forward(15 * 60 * 1000);
        assert_eq!(
            bench.enrol(late.secret.as_str(), 3, None).await.err().unwrap().code(),
            "enrol.code_spent"
        );
        assert_eq!(
            bench.enrol("K7QM-2XWP-9RTA-0000", 3, None).await.err().unwrap().code(),
            "enrol.code_invalid"
        );

        // Two at once: one is let in.
        let raced = bench.service.invite(Role::Counter, None).await.unwrap();
        let (a, b) = tokio::join!(
            bench.enrol(raced.secret.as_str(), 4, None),
            bench.enrol(raced.secret.as_str(), 5, None)
        );
        assert!(a.is_ok() != b.is_ok());
    });
}

#[test]
fn an_empty_server_adopts_a_workspace_whole_and_a_full_one_refuses_a_second() {
    on_each(|bench| async move {
        let own = |id| OwnWorkspace {
            id: RecordId::from_u128(id),
            name: "老店".into(),
            person_id: RecordId::from_u128(8),
            member_numbers_used: 123,
            pepper: None,
        };
        assert_eq!(
            bench.service.invite(Role::Counter, None).await.unwrap_err().code(),
            "server.not_founded"
        );
        let invited = bench.service.init("空").await.unwrap();
        let first = bench.enrol(invited.secret.as_str(), 1, Some(own(7))).await.unwrap();
        assert_eq!(first.reply.workspace_id, RecordId::from_u128(7));
        assert_eq!(first.reply.workspace_name, "老店");
        assert_eq!(first.reply.person_id, RecordId::from_u128(8));
        assert!(!first.reply.founding);
        assert_eq!(first.reply.member_numbers, (124, 10_123));
        assert_eq!(bench.service.init("又").await.unwrap_err().code(), "home.taken");

        let invited = bench.service.invite(Role::Owner, None).await.unwrap();
        let refused = bench.enrol(invited.secret.as_str(), 2, Some(own(9))).await.err().unwrap();
        assert_eq!(refused.code(), "enrol.not_empty");
        assert!(
            bench.enrol(invited.secret.as_str(), 2, None).await.is_ok(),
            "the code was not spent by that"
        );
    });
}

#[test]
fn a_store_is_found_by_its_name() {
    on_each(|bench| async move {
        let owner = bench.owner().await;
        let rows = [(1, "总店"), (2, "分店"), (3, "分店")];
        let rows = rows
            .iter()
            .map(|(id, name)| owner.row::<Store>(*id, NOW, &[("name", json!(name))]))
            .collect();
        owner.push(rows).await.unwrap();
        let invited = bench.service.invite(Role::Counter, Some("总店")).await.unwrap();
        let till = bench.enrol(invited.secret.as_str(), 2, None).await.unwrap();
        assert_eq!(till.reply.store_id, Some(RecordId::from_u128(1)));
        assert_eq!(till.reply.store_name.as_deref(), Some("总店"));
        let twice = bench.service.invite(Role::Counter, Some("分店")).await.unwrap_err();
        assert_eq!(twice.code(), "store.not_found");
        let person = till
            .pull_all(10)
            .await
            .into_iter()
            .find(|(_, record)| record.collection == "person")
            .unwrap()
            .1;
        assert_eq!(person.id, till.reply.person_id);
        assert_eq!((person.text("name"), person.text("role")), (Some("王姐"), Some("counter")));
    });
}

#[test]
fn a_revoked_token_opens_nothing_also_in_the_middle_of_a_push() {
    on_each(|bench| async move {
        bench.owner().await;
        let till = bench.join(Role::Counter, 2).await;
        bench.service.revoke(till.row.id).await.unwrap();
        assert_eq!(
            bench.service.authenticate(&till.reply.token).await.unwrap_err().code(),
            "device.revoked"
        );
        assert_eq!(
            bench.service.authenticate("nonsense").await.unwrap_err().code(),
            "token.unknown"
        );
        // It had been let through the door before it was shut out.
        let late = till.push(vec![till.row::<Customer>(10, NOW, &[("name", json!("王"))])]).await;
        assert_eq!(late.unwrap_err().code(), "device.revoked");
        // A new code brings the machine back, with the numbers it had, under a token of its own.
        let back = bench.join(Role::Counter, 2).await;
        assert_eq!(back.reply.member_numbers, till.reply.member_numbers);
        assert_eq!(back.reply.person_id, till.reply.person_id);
        assert_ne!(back.reply.token, till.reply.token);
    });
}

#[test]
fn a_restore_rotates_the_epoch_and_what_must_not_come_back_does_not() {
    on_each(|bench| async move {
        let owner = bench.owner().await;
        let lost = bench.join(Role::Counter, 2).await;
        let named = |id, name: &str| owner.row::<Customer>(id, NOW, &[("name", json!(name))]);
        owner.push(vec![named(10, "王"), named(11, "李")]).await.unwrap();
        let file = bench.folder.path().join("backup.db");
        assert_eq!(bench.service.backup(&file, KEY).await.unwrap(), 3);
        let text = std::fs::read(&file).unwrap();
        assert!(!text.windows(6).any(|window| window == b"SQLite"), "the backup is encrypted");

        owner.push(vec![named(12, "后来")]).await.unwrap();
        bench.service.revoke(lost.row.id).await.unwrap();
        let mut erased = named(11, "李");
        erased.record = Record::empty("customer", RecordId::from_u128(11));
        erased.record.erased = true;
        erased.changes.clear();
        owner.push(vec![erased]).await.unwrap();
        let far = owner.pull(Number(0), 100).await.unwrap().next;

        let restored = bench.service.restore(&file, KEY).await.unwrap();
        assert_eq!(restored.records, 3);
        assert_ne!(restored.epoch, owner.reply.epoch);
        let refused = owner.pull(far, 100).await.unwrap_err();
        assert_eq!(refused.code(), "sync.epoch");
        assert_eq!(refused.told().params["epoch"], json!(restored.epoch));

        let rows = owner.pull_in(Some(restored.epoch), Number(0), 100).await.unwrap().rows;
        let find = |id| rows.iter().find(|row| row.record.id == RecordId::from_u128(id));
        assert_eq!(find(10).unwrap().record.text("name"), Some("王"));
        assert!(find(11).unwrap().record.erased);
        assert!(find(12).is_none());
        assert_eq!(
            bench.service.authenticate(&lost.reply.token).await.unwrap_err().code(),
            "device.revoked"
        );
        assert!(bench.service.authenticate(&owner.reply.token).await.is_ok());
        let next = bench.join(Role::Counter, 3).await;
        assert_eq!(next.reply.member_numbers, (20_001, 30_000));
        assert!(bench.service.doctor().await.unwrap().iter().all(|finding| finding.good));
    });
}

#[test]
fn a_cursor_beyond_the_order_tells_of_a_restore_that_nobody_announced() {
    on_each(|bench| async move {
        let owner = bench.owner().await;
        assert_eq!(owner.pull(Number(77), 10).await.unwrap_err().code(), "sync.epoch");
    });
}

#[test]
fn a_backup_moves_into_another_server() {
    on_each(|bench| async move {
        let owner = bench.owner().await;
        owner.push(vec![owner.row::<Customer>(10, NOW, &[("name", json!("王"))])]).await.unwrap();
        let file = bench.folder.path().join("moving.db");
        bench.service.backup(&file, KEY).await.unwrap();
        let other = Database::sqlite(&bench.folder.path().join("other.db"), KEY).await.unwrap();
        let other = Service::new(other, std::sync::Arc::new(System));
        other.restore(&file, KEY).await.unwrap();
        assert_eq!(other.authenticate(&owner.reply.token).await.unwrap().id, owner.row.id);
        let wrong = KEY.replace('0', "f");
        let refused = other.restore(&file, &wrong).await.unwrap_err();
        assert_eq!(refused.code(), "database.wrong_key");
    });
}
