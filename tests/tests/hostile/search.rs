//! Whatever is typed, pasted or scanned into the search box.

use std::{sync::OnceLock, time::Duration};

use shuke_domain::{DeviceId, RecordId, nouns::Customer};
use shuke_store::{
    Author, Key, Store,
    search::{Query, Searchable, explain},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::corpus::{Target, runtime};

/// Names that a search can stumble over.
const NAMES: &[&str] = &[
    "王小明",
    "单田芳",
    "欧阳娜娜",
    "Zoe Lin",
    "O'Neill",
    "José Ñandú",
    "\"quoted\" AND name*",
    "李 NEAR 王",
    "A-1 (VIP)",
    "𠮷野家",
    "ẞtraße",
    "Ω\u{301}\u{301}\u{301}",
];

struct Shop {
    runtime: Runtime,
    store: Store,
    _folder: TempDir,
}

fn shop() -> &'static Shop {
    static SHOP: OnceLock<Shop> = OnceLock::new();
    SHOP.get_or_init(|| {
        let runtime = runtime();
        let folder = tempfile::tempdir().unwrap();
        let store = runtime.block_on(async {
            let key = Key::from_hex(&"5a".repeat(32)).unwrap();
            let path = folder.path().join("shuke.db");
            let store = Store::create(&path, &key, DeviceId::from_u128(1)).await.unwrap();
            let mut write = store.write(1_800_000_000_000).await.unwrap();
            for (at, name) in (1_u32..).zip(NAMES) {
                let noun = Customer {
                    name: Some((*name).into()),
                    phone: Some(format!("+86138001380{at:02}")),
                    email: Some(format!("nobody{at}@shop.example")),
                    member_no: Some(format!("V{at:05}")),
                    ..Customer::default()
                };
                write.create(&noun, RecordId::from_u128(at.into()), Author(None)).await.unwrap();
            }
            write.commit().await.unwrap();
            store
        });
        Shop { runtime, store, _folder: folder }
    })
}

fn target(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let query = Query::parse(&text);
    for name in NAMES {
        let customer = Searchable {
            name: (*name).into(),
            phones: vec!["+8613800138000".into()],
            email: Some("zoe@shop.example".into()),
            member_no: Some("V00007".into()),
            ..Searchable::default()
        };
        let Some(found) = explain(&query, &customer) else { continue };
        let letters = u32::try_from(name.chars().count() * 2 + 64).unwrap();
        assert!(found.marks.iter().all(|mark| mark.start <= mark.end && mark.end <= letters));
    }
    let shop = shop();
    // No text is an error of the index: nothing typed can leave the quotes.
    let found = shop.runtime.block_on(shop.store.search(&text, 50)).unwrap();
    assert!(found.len() <= NAMES.len());
    // And what was typed may be a customer's name as well.
    let _ =
        explain(&Query::parse("wang"), &Searchable { name: text.into(), ..Searchable::default() });
}

fn grown() -> Vec<(&'static str, Vec<u8>)> {
    let mb = 1024 * 1024;
    vec![
        ("a million of one letter", b"w".repeat(mb)),
        ("a million characters", "王".repeat(mb / 3).into_bytes()),
        ("a million words", b"a ".repeat(mb / 2)),
        ("a million accents", "e\u{301}".repeat(mb / 3).into_bytes()),
        ("syllables without end", b"zhangchuangshuang".repeat(mb / 16)),
    ]
}

#[test]
fn no_text_breaks_the_search() {
    Target {
        name: "search",
        run: target,
        grown,
        words: &[
            "\"", "*", "AND", "OR", "NOT", "NEAR(", "^", "@", "#", "+", "-", ":", "(", ")", "'",
            ";--", "words:", "{", "}", "\u{0}", "\u{feff}", "\u{202e}", "\u{200d}", "王", "zhuang",
            "138", "%", "_",
        ],
        within: Duration::from_secs(10),
        memory: 64,
    }
    .attack();
}
