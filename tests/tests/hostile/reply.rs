//! Answers to a device, as its client takes them: from a server that lies, or from something in between.

use std::{sync::OnceLock, time::Duration};

use shuke_domain::{
    DeviceId, RecordId,
    nouns::Customer,
    wire::{
        AsideReply, DevicesReply, Done, EnrolReply, HistoryReply, InviteReply, Nudge, PushReply,
        RetireReply,
    },
};
use shuke_store::{Author, Key, Store};
use shuke_sync::{Answer, Ask, Engine, Trouble};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::corpus::{Target, runtime};

const NOW: u64 = 1_800_000_000_000;

/// How much a device goes on asking after an answer before it must have come to something.
const STEPS: usize = 50;

struct Till {
    runtime: Runtime,
    store: Store,
    _folder: TempDir,
}

fn till() -> &'static Till {
    static TILL: OnceLock<Till> = OnceLock::new();
    TILL.get_or_init(|| {
        let runtime = runtime();
        let folder = tempfile::tempdir().unwrap();
        let key = Key::from_hex(&"5a".repeat(32)).unwrap();
        let path = folder.path().join("shuke.db");
        let store = runtime.block_on(Store::create(&path, &key, DeviceId::from_u128(1))).unwrap();
        Till { runtime, store, _folder: folder }
    })
}

fn target(bytes: &[u8]) {
    let till = till();
    for status in [200, 301, 401, 403, 409, 413, 426, 429, 500, 503] {
        let trouble = Trouble::of(status, Some(u64::MAX), Some(bytes));
        let (_, _, _) = (trouble.code().len(), trouble.passes(), trouble.revocation());
        if let Trouble::Refused(_) = &trouble {
            till.runtime.block_on(async {
                let mut engine = Engine::default();
                engine.begin();
                let _ = engine.ask(&till.store, uuid::Uuid::new_v4()).await;
                let _ = engine.failed(&till.store, &trouble).await;
            });
        }
    }
    let _ = serde_json::from_slice::<EnrolReply>(bytes);
    let _ = serde_json::from_slice::<HistoryReply>(bytes);
    let _ = serde_json::from_slice::<InviteReply>(bytes);
    let _ = serde_json::from_slice::<DevicesReply>(bytes);
    let _ = serde_json::from_slice::<AsideReply>(bytes);
    let _ = serde_json::from_slice::<RetireReply>(bytes);
    let _ = serde_json::from_slice::<Nudge>(bytes);
    let _ = serde_json::from_slice::<Done>(bytes);
    till.runtime.block_on(round(&till.store, bytes));
}

/// One round in which everything that is asked is answered with these bytes, where they are an answer to it.
async fn round(store: &Store, bytes: &[u8]) {
    if serde_json::from_slice::<PushReply>(bytes).is_ok() {
        let noun = Customer { name: Some("王".into()), ..Customer::default() };
        let mut write = store.write(NOW).await.unwrap();
        let _ = write.create(&noun, RecordId::from_uuid(uuid::Uuid::new_v4()), Author(None)).await;
        write.commit().await.unwrap();
    }
    let mut engine = Engine::default();
    engine.begin();
    for _ in 0..STEPS {
        let Ok(Some(ask)) = engine.ask(store, uuid::Uuid::new_v4()).await else { return };
        let answer = match &ask {
            Ask::Push(_) => serde_json::from_slice(bytes).map(Answer::Pushed),
            Ask::Pull(_) => serde_json::from_slice(bytes).map(Answer::Pulled),
            Ask::List(_) => serde_json::from_slice(bytes).map(Answer::Listed),
            Ask::Segment(asked) => Ok(Answer::Fetched(asked.received(0, bytes))),
            Ask::Renew(_) => serde_json::from_slice(bytes).map(Answer::Renewed),
        };
        let Ok(answer) = answer else { return };
        if engine.answer(store, answer, NOW).await.is_err() {
            return;
        }
    }
}

fn grown() -> Vec<(&'static str, Vec<u8>)> {
    let mb = 2 * 1024 * 1024;
    let row = r#"{"number":1,"record":{"collection":"customer","id":"00000000-0000-0000-0000-00000000000a"}},"#;
    let pull = r#"{"epoch":"00000000-0000-0000-0000-000000000005","scope":"workspace","next":1,"last":true,"remaining":0,"now":0,"rows":["#;
    let last = row.trim_end_matches(',');
    vec![
        ("two million brackets", b"[".repeat(mb)),
        ("two million bytes of maps", br#"{"a":"#.repeat(mb / 5)),
        (
            "one row twenty thousand times",
            format!("{pull}{}{last}]}}", row.repeat(20_000)).into_bytes(),
        ),
        ("a login page", b"<html>".repeat(mb / 6)),
    ]
}

#[test]
fn no_answer_breaks_the_device() {
    Target {
        name: "reply",
        run: target,
        grown,
        words: &[
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "null",
            "true",
            "false",
            "-1",
            "0",
            "1e400",
            "9223372036854775807",
            "-9223372036854775808",
            "18446744073709551615",
            "\\ud800",
            "\\u0000",
            "\u{feff}",
            "\"rows\":",
            "\"record\":",
            "\"fields\":",
            "\"life\":",
            "\"exceptions\":",
            "\"erased\":true",
            "\"collection\":\"conflict\"",
            "\"collection\":\"person\"",
            "\"collection\":\"workspace\"",
            "\"collection\":\"sale_line\"",
            "\"left\":",
            "\"scopes\":",
            "\"scope\":\"1.common\"",
            "\"clamped\":",
            "\"stamp\":\"ffffffffffffffff-00000000000000000000000000000001\"",
            "\"last\":false",
            "\"outcome\":\"denied\"",
        ],
        within: Duration::from_secs(30),
        memory: 512,
    }
    .attack();
}
