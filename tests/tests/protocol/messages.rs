//! Every message of the wire as it looks on it, once with all that may be absent and once without:
//! committed under `snapshots/`, so that a change of a message shows in review.
//!
//! After a change that is meant: `INSTA_UPDATE=always`, and look at the difference.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use shuke_domain::{
    Clock, DeviceId, FieldChange, Life, Record, RecordId, Role, Scope, Stamp,
    revocation::{Ending, Revocation},
    wire::*,
};
use shuke_server::{
    http,
    service::{IntakeReply, Outcome, Taken},
};

const NOW: u64 = 1_800_000_000_000;

/// Requests and answers by their paths; what has no path of its own goes by a word.
#[derive(Default)]
struct Book(BTreeMap<(String, &'static str), Value>);

impl Book {
    fn put<T: Serialize + DeserializeOwned>(
        &mut self,
        path: &str,
        side: &'static str,
        full: &T,
        bare: &T,
    ) {
        let messages = json!({ "full": read_back(full), "bare": read_back(bare) });
        let twice = self.0.insert((path.to_owned(), side), messages);
        assert!(twice.is_none(), "{path} {side} stands there twice");
    }

    fn request<T: Serialize + DeserializeOwned>(&mut self, path: &str, full: &T, bare: &T) {
        self.put(path, "request", full, bare);
    }

    fn reply<T: Serialize + DeserializeOwned>(&mut self, path: &str, full: &T, bare: &T) {
        self.put(path, "reply", full, bare);
    }
}

/// As it is written, once it is sure that what is written says the same when it is read.
fn read_back<T: Serialize + DeserializeOwned>(message: &T) -> Value {
    let written = serde_json::to_value(message).unwrap();
    let read: T = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), written);
    written
}

fn id(bits: u128) -> RecordId {
    RecordId::from_u128(bits)
}

fn device(bits: u128) -> DeviceId {
    DeviceId::from_u128(bits)
}

fn stamp(bits: u128) -> Stamp {
    Stamp { clock: Clock::at(NOW), device: device(bits) }
}

fn epoch() -> Epoch {
    Epoch(uuid::Uuid::from_u128(5))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("no object: {other}"),
    }
}

fn full_record() -> Record {
    let mut record = Record::empty("customer", id(10));
    record.stamp = Some(stamp(1));
    record.exceptions = [("phone".to_owned(), stamp(2))].into();
    let fields = json!({ "name": "王薇", "phone": "+8613805716688", "email": null });
    record.fields = object(fields).into_iter().collect();
    record.life = Some(Life { stamp: stamp(2), deleted: true });
    record.erased = true;
    record
}

fn bare_record() -> Record {
    Record::empty("customer", id(10))
}

fn full_change() -> FieldChange {
    FieldChange {
        field: "name".into(),
        from: "王微".into(),
        to: "王薇".into(),
        base: Some(stamp(2)),
        stamp: Some(stamp(1)),
        author: Some(id(3)),
    }
}

fn bare_change() -> FieldChange {
    FieldChange { field: "name".into(), ..FieldChange::default() }
}

fn full_row() -> PushRow {
    let changes = vec![full_change(), bare_change()];
    PushRow { record: full_record(), author: id(3), changes, offered: true }
}

fn bare_row() -> PushRow {
    PushRow { record: bare_record(), author: id(3), changes: Vec::new(), offered: false }
}

fn stood() -> Stood {
    Stood { number: Number(7), mark: "a word of chance".into() }
}

fn revocation() -> Revocation {
    Revocation {
        workspace: id(1),
        device: device(2),
        enrolment: "ab".repeat(32),
        ending: Ending::Lost,
        at: NOW,
        signature: "cd".repeat(64),
    }
}

fn nudge() -> Nudge {
    Nudge { scope: Scope::parse("2.common"), number: Number(4_711) }
}

fn enrol(book: &mut Book) {
    let own = |pepper| OwnWorkspace {
        id: id(1),
        name: "熟客小店".into(),
        person_id: id(3),
        member_numbers_used: 120,
        pepper,
    };
    let request = |workspace| EnrolRequest {
        protocol: PROTOCOL,
        secret: "K7QM-2XWP-9RTA-0000".into(),
        device_id: device(1),
        device_name: "2 号柜".into(),
        platform: "windows".into(),
        person_name: "王姐".into(),
        workspace,
    };
    let pepper = || Some("c2FsdCBhbmQgcGVwcGVy".to_owned());
    book.request("/v1/enrol", &request(Some(own(pepper()))), &request(None));
    book.put("own workspace", "part", &own(pepper()), &own(None));
    let full = EnrolReply {
        workspace_id: id(1),
        workspace_name: "熟客小店".into(),
        founding: false,
        person_id: id(3),
        role: Role::Counter,
        store_id: Some(id(4)),
        store_name: Some("总店".into()),
        token: "shown once".into(),
        epoch: epoch(),
        member_numbers: (10_001, 20_000),
        now: NOW,
        pepper: pepper(),
        workspace_key: Some("ef".repeat(32)),
        replaces: true,
    };
    let bare = EnrolReply {
        founding: true,
        replaces: false,
        store_id: None,
        store_name: None,
        pepper: None,
        workspace_key: None,
        ..full.clone()
    };
    book.reply("/v1/enrol", &full, &bare);
}

fn push(book: &mut Book) {
    let request = |nonce, rows| PushRequest {
        protocol: PROTOCOL,
        batch: uuid::Uuid::from_u128(9),
        nonce,
        rows,
    };
    book.request(
        "/v1/push",
        &request(Some("from the last answer".into()), vec![full_row(), bare_row()]),
        &request(None, Vec::new()),
    );
    let full = RowAnswer {
        outcome: RowOutcome::Merged,
        number: Number(4_711),
        record: Some(full_record()),
        clamped: vec![(stamp(1), stamp(2))],
        left: true,
        code: Some("right.missing".into()),
        params: object(json!({ "field": "role", "role": "counter" })),
    };
    let bare = |outcome| RowAnswer {
        outcome,
        number: Number(0),
        record: None,
        clamped: Vec::new(),
        left: false,
        code: None,
        params: Map::new(),
    };
    let outcomes =
        [RowOutcome::Applied, RowOutcome::Merged, RowOutcome::Denied, RowOutcome::PutAside];
    let rows = std::iter::once(full).chain(outcomes.map(bare)).collect();
    let reply = |rows, stood| PushReply {
        epoch: epoch(),
        rows,
        nonce: "for the next push".into(),
        stood,
        now: NOW,
    };
    book.reply("/v1/push", &reply(rows, Some(stood())), &reply(Vec::new(), None));
}

/// Segments are asked for as pages are.
fn ask_pull(book: &mut Book, path: &str) {
    let full = PullRequest {
        protocol: PROTOCOL,
        epoch: Some(epoch()),
        scope: Scope::parse("2.common"),
        after: Number(7),
        mark: Some("a word of chance".into()),
        stood: Some(stood()),
        limit: 5_000,
    };
    let bare = PullRequest { epoch: None, mark: None, stood: None, ..full.clone() };
    book.request(path, &full, &bare);
}

fn pull(book: &mut Book) {
    ask_pull(book, "/v1/pull");
    let full = PullReply {
        epoch: epoch(),
        scope: Scope::parse("2.common"),
        rows: vec![
            PulledRow { number: Number(8), record: full_record() },
            PulledRow { number: Number(9), record: bare_record() },
        ],
        left: vec![LeftRow { number: Number(9), collection: "customer".into(), id: id(11) }],
        scopes: vec![nudge()],
        next: Number(9),
        mark: Some("a word of chance".into()),
        last: true,
        remaining: 0,
        now: NOW,
        retire: Some(revocation()),
    };
    let bare = PullReply {
        rows: Vec::new(),
        left: Vec::new(),
        scopes: Vec::new(),
        mark: None,
        last: false,
        remaining: 12,
        retire: None,
        ..full.clone()
    };
    book.reply("/v1/pull", &full, &bare);
}

fn segments(book: &mut Book) {
    ask_pull(book, "/v1/segments");
    let segment = |mark: Option<&str>| Segment {
        after: Number(5_000),
        next: Number(10_000),
        mark: mark.map(str::to_owned),
        rows: 5_000,
        length: 271_828,
        digest: "ab".repeat(32),
    };
    let reply = |segments| SegmentsReply {
        epoch: epoch(),
        scope: Scope::parse("2.common"),
        segments,
        now: NOW,
    };
    let full = vec![segment(Some("a word of chance")), segment(None)];
    book.reply("/v1/segments", &reply(full), &reply(Vec::new()));
    // Unpacked.
    let full = SegmentPage {
        rows: vec![PulledRow { number: Number(8), record: full_record() }],
        left: vec![LeftRow { number: Number(9), collection: "customer".into(), id: id(11) }],
    };
    book.reply("/v1/segment", &full, &SegmentPage::default());
}

fn renew_and_history(book: &mut Book) {
    let request = RenewRequest { protocol: PROTOCOL, device_id: device(2) };
    book.request("/v1/renew", &request, &request);
    let reply = |seen| RenewReply {
        device_id: device(2),
        seen,
        member_numbers: (20_001, 30_000),
        now: NOW,
    };
    book.reply("/v1/renew", &reply(Some(stamp(1))), &reply(None));

    let request = |before| HistoryRequest {
        protocol: PROTOCOL,
        collection: "customer".into(),
        id: id(10),
        before,
        limit: 200,
    };
    book.request("/v1/history", &request(Some(12)), &request(None));
    let row = |changes| HistoryRow {
        stamp: stamp(1),
        author: id(3),
        device: device(1),
        at: NOW,
        changes,
    };
    let rows = vec![row(vec![full_change(), bare_change()]), row(Vec::new())];
    let full = HistoryReply { rows, next: Some(12), kept_since: Some(NOW), now: NOW };
    let bare = HistoryReply { rows: Vec::new(), next: None, kept_since: None, now: NOW };
    book.reply("/v1/history", &full, &bare);
}

fn devices(book: &mut Book) {
    let request = |store, person, replaces| InviteRequest {
        protocol: PROTOCOL,
        by: id(3),
        role: Role::ReadOnly,
        store,
        person,
        replaces,
    };
    let full = request(Some(id(4)), Some(id(6)), Some(device(2)));
    book.request("/v1/invite", &full, &request(None, None, None));
    let reply = |url: Option<&str>, fingerprint| InviteReply {
        secret: "K7QM-2XWP-9RTA-0000".into(),
        url: url.map(str::to_owned),
        fingerprint,
        expires_at: NOW,
    };
    let url = Some("https://192.168.1.5:4810");
    book.reply("/v1/invite", &reply(url, Some("ab".repeat(32))), &reply(None, None));

    let list = ListRequest { protocol: PROTOCOL, by: id(3) };
    book.request("/v1/devices", &list, &list);
    book.request("/v1/aside", &list, &list);
    let full = EnrolledDevice {
        id: device(2),
        name: "2 号柜".into(),
        platform: "windows".into(),
        people: vec![id(3), id(6)],
        store: Some(id(4)),
        enrolled_at: NOW,
        last_seen_at: NOW,
        revoked_at: Some(NOW),
        ending: Some(Ending::Retired),
        retiring: true,
        aside: 2,
    };
    let bare = EnrolledDevice {
        people: Vec::new(),
        store: None,
        revoked_at: None,
        ending: None,
        retiring: false,
        aside: 0,
        ..full.clone()
    };
    let reply = |devices| DevicesReply { devices, now: NOW };
    book.reply("/v1/devices", &reply(vec![full, bare]), &reply(Vec::new()));

    let end = |ending| EndRequest { protocol: PROTOCOL, by: id(3), device: device(2), ending };
    book.request("/v1/devices/end", &end(Ending::Lost), &end(Ending::Retired));
    book.reply("/v1/devices/end", &Done {}, &Done {});
    let retire = RetireRequest { protocol: PROTOCOL, next_member: 10_120 };
    book.request("/v1/retire", &retire, &retire);
    let reply = RetireReply { revocation: revocation() };
    book.reply("/v1/retire", &reply, &reply);

    let row = |row, stands| AsideRow {
        key: "2-9-0".into(),
        device: device(2),
        code: "device.lost".into(),
        at: NOW,
        row,
        stands,
    };
    let rows = vec![row(full_row(), Some(full_record())), row(bare_row(), None)];
    book.reply("/v1/aside", &AsideReply { rows }, &AsideReply { rows: Vec::new() });
    let settle =
        |accept| SettleRequest { protocol: PROTOCOL, by: id(3), key: "2-9-0".into(), accept };
    book.request("/v1/aside/settle", &settle(true), &settle(false));
    book.reply("/v1/aside/settle", &Done {}, &Done {});
}

/// For a till system that is not ours, and so in no message of the protocol between our own programs.
fn intake(book: &mut Book) {
    let line = json!({
        "sku": "LJ", "barcode": "6901234567892", "name": "龙井", "quantity": "1.5",
        "amount": "328.50", "unit_price": "219",
    });
    let full = json!([{
        "sale_no": "7001", "sold_at": "2026-03-02T10:00:00+08:00", "store": "总店", "phone": "13800138000",
        "member_no": "V77", "lines": [line], "tenders": [{ "kind": "wechat_pay", "amount": 328.5 }],
        "refund_of": "7000",
    }]);
    let bare = json!({
        "sale_no": 7001, "sold_at": "2026-03-02T02:00:00Z", "lines": [{ "amount": 328.5 }],
    });
    book.request("/v1/intake/sales", &full, &bare);
    let taken = |outcome| Taken {
        row: 1,
        sale_no: Some("7001".into()),
        outcome,
        id: Some(id(5)),
        code: None,
        field: None,
    };
    let failed = Taken {
        row: 2,
        sale_no: None,
        id: None,
        code: Some("field.amount_precision".into()),
        field: Some("lines[0].amount".into()),
        ..taken(Outcome::Failed)
    };
    let full = IntakeReply {
        created: 1,
        unchanged: 1,
        unmatched: 1,
        failed: 1,
        sales: vec![
            taken(Outcome::Created),
            taken(Outcome::Unchanged),
            taken(Outcome::Unmatched),
            failed,
        ],
    };
    book.reply("/v1/intake/sales", &full, &IntakeReply::default());
}

fn book() -> Book {
    let mut book = Book::default();
    enrol(&mut book);
    push(&mut book);
    pull(&mut book);
    segments(&mut book);
    renew_and_history(&mut book);
    devices(&mut book);
    intake(&mut book);
    book.reply("/v1/events", &nudge(), &nudge());
    let refusal = |params| Refusal { code: "sync.epoch".into(), params };
    let params = object(json!({ "epoch": epoch() }));
    book.put("refusal", "part", &refusal(params), &refusal(Map::new()));
    book.put("revocation", "part", &revocation(), &revocation());
    book
}

#[test]
fn every_message_is_as_it_was_written_down() {
    for ((path, side), messages) in book().0 {
        let name = path.trim_start_matches("/v1/").replace(['/', ' '], "-");
        insta::assert_json_snapshot!(format!("{name}.{side}"), messages);
    }
}

#[test]
fn no_path_of_the_server_is_without_its_messages() {
    let book = book();
    let there: BTreeSet<(&str, &str)> =
        book.0.keys().map(|(path, side)| (path.as_str(), *side)).collect();
    // Not of the protocol: they are for whoever watches over the server, and for its monitoring.
    let messages = http::paths().filter(|path| !matches!(*path, "/healthz" | "/metrics"));
    let mut ours = BTreeSet::new();
    for path in messages {
        ours.insert((path, "reply"));
        if !matches!(path, "/v1/events" | "/v1/segment") {
            ours.insert((path, "request"));
        }
    }
    let missing: Vec<_> = ours.difference(&there).collect();
    assert!(missing.is_empty(), "without a snapshot: {missing:?}");
    let gone: Vec<_> = there
        .iter()
        .filter(|(path, _)| path.starts_with('/'))
        .filter(|one| !ours.contains(one))
        .collect();
    assert!(gone.is_empty(), "of no path: {gone:?}");
}

#[test]
fn a_message_of_a_newer_version_says_all_that_this_one_knows() {
    for ((path, side), messages) in book().0 {
        for kind in ["full", "bare"] {
            let more = newer(&messages[kind]);
            let read = match (path.as_str(), side) {
                ("/v1/push", "reply") => parsed::<PushReply>(more),
                ("/v1/push", _) => parsed::<PushRequest>(more),
                ("/v1/pull", "reply") => parsed::<PullReply>(more),
                ("/v1/pull", _) => parsed::<PullRequest>(more),
                ("/v1/segments", "reply") => parsed::<SegmentsReply>(more),
                ("/v1/segments", _) => parsed::<PullRequest>(more),
                ("/v1/segment", _) => parsed::<SegmentPage>(more),
                ("/v1/enrol", "reply") => parsed::<EnrolReply>(more),
                ("/v1/enrol", _) => parsed::<EnrolRequest>(more),
                ("/v1/renew", "reply") => parsed::<RenewReply>(more),
                ("/v1/history", "reply") => parsed::<HistoryReply>(more),
                ("/v1/devices", "reply") => parsed::<DevicesReply>(more),
                ("/v1/aside", "reply") => parsed::<AsideReply>(more),
                ("/v1/invite", "reply") => parsed::<InviteReply>(more),
                ("/v1/retire", "reply") => parsed::<RetireReply>(more),
                ("/v1/events", _) => parsed::<Nudge>(more),
                ("refusal", _) => parsed::<Refusal>(more),
                ("revocation", _) => parsed::<Revocation>(more),
                _ => continue,
            };
            assert_eq!(read, messages[kind], "{path} {side}");
        }
    }
}

fn parsed<T: Serialize + DeserializeOwned>(message: Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(message).unwrap()).unwrap()
}

/// The same message with something in every part of it that nobody knows yet.
fn newer(message: &Value) -> Value {
    /// Maps whose keys are data, not parts of a message.
    const DATA: [&str; 3] = ["fields", "exceptions", "params"];
    match message {
        Value::Array(items) => items.iter().map(newer).collect(),
        Value::Object(map) => {
            let part = |(name, value): (&String, &Value)| {
                let kept = DATA.contains(&name.as_str());
                (name.clone(), if kept { value.clone() } else { newer(value) })
            };
            let unknown = ("of_a_newer_version".to_owned(), json!({ "deep": [1, null] }));
            Value::Object(map.iter().map(part).chain([unknown]).collect())
        }
        other => other.clone(),
    }
}
