//! A first sync from far behind, with real processes: a line that is cut at any byte, a device that is killed
//! at any moment, a second device that finds what lies ready, and whoever was erased in none of it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on has failed")]

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, sleep},
    time::{Duration, Instant},
};

use serde_json::json;
use shuke_domain::{
    DeviceId, Record, RecordId, Scope,
    wire::{EnrolRequest, EnrolmentCode, Number, PROTOCOL, PullRequest, PushRequest, PushRow},
};
use shuke_sync::{Connection, Fetched, SegmentAsk};
use shuke_tests::{
    Chance, Device, Place, Server, binaries, long, on_each_database, sync_until_quiet,
};

const PROGRAMS: &[&str] = &["shukectl", "shuke-server"];

/// A line that lets some bytes of each answer through and then breaks off.
struct Line {
    url: String,
    /// Up to how many bytes; 0 for as many as there are.
    bytes: Arc<AtomicU64>,
    cut: Arc<AtomicU64>,
    /// How often the rest of something was asked for.
    rest: Arc<AtomicU64>,
}

impl Line {
    fn to(server: &str, seed: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let line = Self { url, bytes: Arc::default(), cut: Arc::default(), rest: Arc::default() };
        let (bytes, cut) = (Arc::clone(&line.bytes), Arc::clone(&line.cut));
        let rest = Arc::clone(&line.rest);
        let server = server.to_owned();
        let chance = Arc::new(Mutex::new(Chance::new(seed)));
        thread::spawn(move || {
            for device in listener.incoming().flatten() {
                let Ok(there) = TcpStream::connect(&server) else { continue };
                let most = bytes.load(Ordering::SeqCst);
                let least = match most {
                    0 => u64::MAX,
                    most => chance.lock().unwrap().below(most),
                };
                let (cut, rest) = (Arc::clone(&cut), Arc::clone(&rest));
                let (up, down) = (device.try_clone().unwrap(), there.try_clone().unwrap());
                thread::spawn(move || {
                    carry(up, there, u64::MAX, |request| {
                        let text = String::from_utf8_lossy(request);
                        let range = text.split("range: bytes=").nth(1).unwrap_or("0-");
                        rest.fetch_add(u64::from(!range.starts_with("0-")), Ordering::SeqCst);
                    });
                });
                thread::spawn(move || {
                    if carry(down, device, least, |_| {}) {
                        cut.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        line
    }

    fn cut_within(&self, bytes: u64) {
        self.bytes.store(bytes, Ordering::SeqCst);
    }
}

/// Carries so many bytes, then hangs up on both. `true` where more would have come.
fn carry(mut from: TcpStream, mut to: TcpStream, mut most: u64, see: impl Fn(&[u8])) -> bool {
    let mut buffer = [0; 16 * 1024];
    let mut more = false;
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        see(&buffer[..read]);
        let part = usize::try_from(most).unwrap_or(usize::MAX).min(read);
        if to.write_all(&buffer[..part]).is_err() {
            break;
        }
        most -= part as u64;
        if part < read {
            more = true;
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    more
}

const SHOP: &str = "西湖茶舍";

/// A server with a shop of many rows, and the device that it came from.
fn shop(place: &Place) -> (Server, Device) {
    let server = Server::start(place);
    let owner = Device::enrolled(&server.init(SHOP));
    let (customers, sales) = if long() { ("6000", "20000") } else { ("2500", "4500") };
    owner.run(&["demo", "--customers", customers, "--sales", sales]);
    sync_until_quiet(&[&owner]);
    (server, owner)
}

/// A code for a till of the shop's one store.
fn invited(server: &Server) -> String {
    let answer = server.run(&["invite", "--role", "counter", "--store", SHOP]);
    answer["code"].as_str().unwrap().to_owned()
}

fn address(code: &str) -> String {
    code.split('#').next().unwrap().trim_start_matches("http://").to_owned()
}

/// How often a segment was built so far.
fn built(server: &Server) -> usize {
    server.log().matches("segment built").count()
}

fn sent(server: &Server) -> usize {
    server.log().matches("path=\"/v1/segment\"").count()
}

fn cursor(device: &Device) -> i64 {
    device.run(&["status"])["cursor"].as_i64().unwrap_or_default()
}

#[test]
fn a_first_sync_goes_on_where_the_line_was_cut_and_the_device_was_killed() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (server, owner) = shop(place);
        let code = invited(&server);
        let line = Line::to(&address(&code), "segments");
        let till = Device::new();
        till.try_run(&["enroll", &line.url, "--code", &code]).unwrap();
        // A page of a pull must come through whole, a segment need not.
        line.cut_within(if long() { 200_000 } else { 400_000 });
        let mut chance = Chance::new("segments killed");
        let mut reached = 0;
        for round in 0..200 {
            let mut sync = till.start(&["sync"]);
            if round % 2 == 0 {
                sleep(Duration::from_millis(200 + chance.below(1_500)));
                sync.kill().unwrap();
            }
            let done = sync.wait().unwrap().success();
            let now = cursor(&till);
            assert!(now >= reached, "what is here is not read again");
            reached = now;
            if done {
                break;
            }
        }
        line.cut_within(0);
        sync_until_quiet(&[&owner, &till]);
        let told = |count: &AtomicU64| count.load(Ordering::SeqCst);
        assert!(
            told(&line.cut) > 0 && told(&line.rest) > 0,
            "{} {}",
            told(&line.cut),
            told(&line.rest)
        );
        assert!(built(&server) > 0 && sent(&server) > 0, "{}", server.log());
        assert!(till.dump() == owner.dump(), "both hold the same, byte for byte");
        assert_eq!(till.run(&["doctor"])["healthy"], true);

        // The next one finds them ready.
        let before = built(&server);
        let next = Device::enrolled(&server.invite("counter"));
        sync_until_quiet(&[&owner, &till, &next]);
        assert!(next.dump() == owner.dump());
        assert_eq!(built(&server), before, "built once for both");

        // Who may not see customers gets none of them by this way either.
        let it = Device::enrolled(&server.invite("it"));
        sync_until_quiet(&[&owner, &it]);
        assert!(!it.dump().contains("\"collection\":\"customer\""));
        narrowed(&server, &owner, &till);
        erased_for_good(&server, &owner, &till);
    });
}

/// Each store sees its own from now on. The till reads its part anew, and the next one has what it has.
fn narrowed(server: &Server, owner: &Device, till: &Device) {
    let before = built(server);
    owner.call("visibility.set", &json!({ "visibility": "store", "share_ownerless": true }));
    let since = Instant::now();
    loop {
        sync_until_quiet(&[owner, till]);
        let range = till.run(&["status"])["range"].clone();
        if !range.is_null() && range["leaving"] != true {
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(120), "{range}");
        sleep(Duration::from_millis(200));
    }
    let next = Device::enrolled(&invited(server));
    sync_until_quiet(&[owner, till, &next]);
    assert!(next.dump() == till.dump());
    assert!(built(server) > before, "its part is read by segments too");
    assert_eq!(next.run(&["doctor"])["healthy"], true);
}

/// A customer is erased: nothing that lies ready, or comes to lie, speaks of them.
fn erased_for_good(server: &Server, owner: &Device, till: &Device) {
    let dump = owner.dump();
    let mut customers = dump.lines().filter(|line| line.contains("\"collection\":\"customer\""));
    let reachable = customers.find(|line| line.contains("\"phone\":\"+86")).unwrap();
    let record: Record = serde_json::from_str(reachable).unwrap();
    let phone = record.text("phone").unwrap().to_owned();
    let code: EnrolmentCode = server.invite("owner").parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bare = Bare::enrolled(&code).await;
        assert!(bare.lying().await.iter().any(|text| text.contains(&phone)), "it lies there");
        bare.erase(record.id).await;
        assert!(bare.lying().await.iter().all(|text| !text.contains(&phone)));
    });
    let after = Device::enrolled(&invited(server));
    sync_until_quiet(&[owner, till, &after]);
    assert!(after.dump() == till.dump());
}

/// A device without a file: what it hears is what lies on the server.
struct Bare {
    connection: Connection,
    person: RecordId,
}

impl Bare {
    async fn enrolled(code: &EnrolmentCode) -> Self {
        let server = shuke_sync::Server { url: code.url.clone(), fingerprint: None };
        let request = EnrolRequest {
            protocol: PROTOCOL,
            secret: code.secret.clone(),
            device_id: DeviceId::from_u128(99),
            device_name: "裸机".into(),
            platform: "linux".into(),
            person_name: "老板".into(),
            workspace: None,
        };
        let reply = Connection::new(&server, None).unwrap().enrol(&request).await.unwrap();
        let connection = Connection::new(&server, Some(reply.token)).unwrap();
        Self { connection, person: reply.person_id }
    }

    /// All segments, unpacked, once no more are built.
    async fn lying(&self) -> Vec<String> {
        let (mut after, mut texts) = (Number(0), Vec::new());
        loop {
            let request = PullRequest {
                protocol: PROTOCOL,
                epoch: None,
                scope: Scope::workspace(),
                after,
                mark: None,
                stood: None,
                limit: 0,
            };
            let list = self.connection.segments(&request).await.unwrap().segments;
            let Some(last) = list.last() else { return texts };
            after = last.next;
            for segment in list {
                let asked = SegmentAsk { request: request.clone(), segment, had: Vec::new() };
                match self.connection.segment(&asked).await.unwrap() {
                    Fetched::Whole(page) => texts.push(serde_json::to_string(&page).unwrap()),
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    async fn erase(&self, id: RecordId) {
        let record = Record { erased: true, ..Record::empty("customer", id) };
        let row = PushRow { record, author: self.person, changes: Vec::new(), offered: false };
        let request = PushRequest {
            protocol: PROTOCOL,
            batch: uuid::Uuid::from_u128(7),
            nonce: None,
            rows: vec![row],
        };
        let reply = self.connection.push(&request).await.unwrap();
        assert_eq!(reply.rows[0].code, None, "{:?}", reply.rows[0]);
    }
}
