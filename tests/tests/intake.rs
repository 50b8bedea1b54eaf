//! Sales from the till system that the shop already has (R81): a watched folder and the server's own door,
//! with real processes, on both databases.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use shuke_app::{App, KeyPlace};
use shuke_tests::{Device, Server, binaries, device::text, on_each_database, sync_until_quiet};
use tempfile::TempDir;

/// A till's folder, and what it writes into it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn names(&self, place: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.path().join(place)) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .map(Result::unwrap)
            .filter(|entry| entry.path().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn built() -> bool {
    binaries::are_built(&["shukectl", "shuke-server"])
}

fn watching(device: &Device, folder: &Folder) {
    device.run(&["intake", "set", "--folder", text(folder.path())]);
}

fn phone(member: u32) -> String {
    format!("138{:08}", 10_000_000 + member)
}

/// One yuan more with each sale, for one of forty members; each fiftieth names nobody who is known.
fn buyer(number: u32) -> String {
    if number.is_multiple_of(50) { "13999999999".to_owned() } else { phone(number % 40) }
}

fn moment(number: u32) -> String {
    format!("2026-03-{:02}T{:02}:{:02}:00+08:00", 1 + number % 28, 9 + number % 12, number % 60)
}

fn table(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut text = String::from("单号,手机,时间,货号,品名,数量,金额\r\n");
    for number in numbers {
        let at = moment(number);
        let at = at.trim_end_matches("+08:00").replace('T', " ");
        // Two lines a sale.
        let first = format!("S{number},{},{at},LJ,龙井,1,{number}.50", buyer(number));
        let second = format!("S{number},,{at},CUP,杯子,2,\"¥1,000.50\"");
        write!(text, "{first}\r\n{second}\r\n").unwrap();
    }
    text
}

fn told(number: u32) -> Value {
    json!({
        "sale_no": format!("S{number}"),
        "sold_at": moment(number),
        "phone": buyer(number),
        "lines": [
            { "sku": "LJ", "name": "龙井", "quantity": 1, "amount": format!("{number}.50") },
            { "sku": "CUP", "name": "杯子", "quantity": "2", "unit_price": "500.25" },
        ],
        "tenders": [{ "kind": "wechat_pay", "amount": f64::from(number) + 1001.0 }],
    })
}

fn fen(number: u32) -> i64 {
    i64::from(number) * 100 + 50 + 100_050
}

fn members(device: &Device) -> Vec<String> {
    (0..40)
        .map(|member| device.add_customer(&format!("会员{member}"), &["--phone", &phone(member)]))
        .collect()
}

/// What a member's sales come to, a point for a full yuan of each.
fn points(member: u32, numbers: impl IntoIterator<Item = u32>) -> i64 {
    let own = numbers.into_iter().filter(|number| number % 40 == member && number % 50 != 0);
    own.map(|number| fen(number) / 100).sum()
}

fn sales(device: &Device) -> usize {
    device.dump().lines().filter(|line| line.contains("\"collection\":\"sale\"")).count()
}

#[test]
fn r81_a_folder_of_two_thousand_sales_is_taken_in_once_whatever_is_sent_again() {
    if !built() {
        return;
    }
    let device = Device::founded("熟客小店");
    let folder = Folder::new();
    let members = members(&device);
    watching(&device, &folder);
    folder.put("a.csv", &table(1..=1_000));
    let rest: Vec<Value> = (990..=2_000).map(told).collect();
    folder.put("b.json", &Value::Array(rest).to_string());
    folder.put("half.csv.part", "单号");
    let runs = device.run(&["intake", "run"]);
    let runs = runs.as_array().unwrap();
    assert_eq!(runs.len(), 2, "{runs:?}");
    let sum = |field: &str| runs.iter().map(|run| run[field].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("sales"), sum("created"), sum("unchanged")), (2_011, 2_000, 11), "{runs:?}");
    assert_eq!((sum("unmatched"), sum("failed")), (40, 0), "{runs:?}");
    assert_eq!(sales(&device), 2_000);
    assert_eq!(folder.names("done"), ["a.csv", "b.json"]);
    assert_eq!(folder.names(""), ["half.csv.part"]);
    for (member, id) in (0..).zip(&members) {
        assert_eq!(device.points(id), points(member, 1..=2_000), "member {member}");
    }
    let before = device.dump();

    // All of it once more, the other way round.
    folder.put("again.csv", &table((1..=2_000).rev()));
    let run = device.run(&["intake", "run"])[0].clone();
    assert_eq!((&run["created"], &run["unchanged"]), (&json!(0), &json!(2_000)), "{run}");
    assert_eq!(device.dump(), before, "not a byte more");
    let state = device.run(&["intake", "show"]);
    assert_eq!(state["runs"].as_array().unwrap().len(), 3);
    assert_eq!(state["unmatched"], 40);
}

#[test]
fn r81_a_refund_may_come_before_its_sale_and_takes_its_points() {
    if !built() {
        return;
    }
    let device = Device::founded("熟客小店");
    let folder = Folder::new();
    let wang = device.add_customer("王敏", &["--phone", "13800138000", "--set", "member_no=V77"]);
    watching(&device, &folder);
    let sale = json!({
        "sale_no": 7001, "sold_at": "2026-03-02T10:00:00+08:00", "member_no": "V77",
        "lines": [{ "name": "龙井", "amount": "328.50" }],
    });
    let refund = json!({
        "sale_no": "7002", "sold_at": "2026-03-03T10:00:00+08:00", "refund_of": "7001",
        "lines": [{ "name": "龙井", "amount": 100 }],
    });
    folder.put("refund.json", &refund.to_string());
    let first = device.run(&["intake", "run"])[0].clone();
    assert_eq!((&first["created"], &first["unmatched"]), (&json!(1), &json!(0)), "{first}");
    folder.put("sale.ndjson", &format!("{sale}\n\n{sale}\n"));
    let second = device.run(&["intake", "run"])[0].clone();
    assert_eq!((&second["created"], &second["unchanged"]), (&json!(1), &json!(1)), "{second}");
    assert_eq!(device.points(&wang), 228, "328.50 less 100");
    let spent = device.show(&wang)["totals"]["spent_fen"].clone();
    assert_eq!(spent, 22_850, "the refund is hers too");
}

#[test]
fn r81_a_sale_of_nobody_is_kept_and_given_to_who_turns_out_to_be_it() {
    if !built() {
        return;
    }
    let device = Device::founded("熟客小店");
    let folder = Folder::new();
    watching(&device, &folder);
    let sale = |number: &str, amount: &str| {
        json!({
            "sale_no": number, "sold_at": "2026-03-02T10:00:00+08:00", "phone": "138-0013-8000",
            "lines": [{ "sku": "LJ", "amount": amount }],
        })
    };
    folder.put("a.json", &json!([sale("1", "50"), sale("2", "70.99")]).to_string());
    assert_eq!(device.run(&["intake", "run"])[0]["unmatched"], 2);
    let waiting = device.run(&["intake", "unmatched"]);
    assert_eq!(waiting.as_array().unwrap().len(), 2);
    assert_eq!(
        (&waiting[0]["phone"], &waiting[0]["found"]),
        (&json!("+8613800138000"), &Value::Null)
    );

    let wang = device.add_customer("王敏", &["--phone", "13800138000"]);
    let waiting = device.run(&["intake", "unmatched"]);
    assert_eq!(waiting[0]["found"]["id"], wang.as_str());
    let id = waiting.as_array().unwrap().iter().find(|sale| sale["number"] == "1").unwrap();
    let id = id["sale"].as_str().unwrap();
    device.run(&["intake", "assign", id, &wang]);
    assert_eq!(device.points(&wang), 50);
    assert_eq!(device.refused(&["intake", "assign", id, &wang]), "record.fixed");

    // The other one comes once more, and finds her by itself.
    folder.put("b.json", &sale("2", "70.99").to_string());
    let run = device.run(&["intake", "run"])[0].clone();
    assert_eq!((&run["unchanged"], &run["matched"]), (&json!(1), &json!(1)), "{run}");
    assert_eq!(device.points(&wang), 120);
    assert_eq!(device.run(&["intake", "show"])["unmatched"], 0);
}

#[test]
fn rows_that_cannot_be_taken_are_reported_and_the_others_stand() {
    if !built() {
        return;
    }
    let device = Device::founded("熟客小店");
    let folder = Folder::new();
    assert_eq!(device.refused(&["intake", "run"]), "intake.no_folder");
    watching(&device, &folder);
    folder.put(
        "a.csv",
        "单号,日期,货号,金额\n1,2026-03-01,LJ,10\n2,2026-03-01,LJ,zehn\n2,2026-03-01,CUP,5\n,2026-03-01,LJ,3\n3,2026-03-01,LJ,7\n3,2026-03-01,CUP,99.999\n",
    );
    let run = device.run(&["intake", "run"])[0].clone();
    assert_eq!((&run["sales"], &run["created"], &run["failed"]), (&json!(4), &json!(1), &json!(3)));
    assert_eq!(folder.names("failed"), ["a.csv", "a.csv.report.csv"]);
    let report = std::fs::read_to_string(run["report"].as_str().unwrap()).unwrap();
    for word in ["row.amount_invalid", "row.number_missing", "zehn", "99.999"] {
        assert!(report.contains(word), "{word}: {report}");
    }
    assert_eq!(sales(&device), 1, "of a sale that lacks a line nothing is taken");

    let json = [
        json!({ "sale_no": "9", "sold_at": "2026-03-01T09:00:00Z", "lines": [{ "sku": "LJ", "amount": "12.345" }] }),
        json!({ "sale_no": "10", "sold_at": "yesterday", "lines": [{ "sku": "LJ", "amount": 1 }] }),
        json!({ "sale_no": "11", "sold_at": "2026-03-01T09:00:00Z", "lines": [] }),
        json!({ "sale_no": "1", "sold_at": "2026-03-01T09:00:00Z", "lines": [{ "sku": "LJ", "amount": "11" }] }),
        json!({ "sale_no": "12", "sold_at": "2126-03-01T09:00:00Z", "lines": [{ "sku": "LJ", "amount": "11" }] }),
        json!(17),
    ];
    folder.put("b.json", &Value::from(json.to_vec()).to_string());
    let run = device.run(&["intake", "run"])[0].clone();
    assert_eq!((&run["created"], &run["failed"]), (&json!(0), &json!(6)), "{run}");
    let report = std::fs::read_to_string(run["report"].as_str().unwrap()).unwrap();
    for word in [
        "lines[0].amount",
        "row.date_invalid",
        "row.lines_missing",
        "row.sale_differs",
        "row.malformed",
    ] {
        assert!(report.contains(word), "{word}: {report}");
    }
    folder.put("c.json", "[{\"sale_no\": \"1\", ");
    let run = device.run(&["intake", "run"])[0].clone();
    assert_eq!((&run["code"], &run["failed"]), (&json!("file.unreadable"), &json!(1)));
    assert_eq!(sales(&device), 1);
}

#[test]
fn r81_a_kill_in_the_middle_loses_and_doubles_nothing() {
    if !built() {
        return;
    }
    let device = Device::founded("熟客小店");
    let folder = Folder::new();
    let members = members(&device);
    watching(&device, &folder);
    folder.put("a.csv", &table(1..=2_000));
    let mut cut = 0;
    // Later each time, until one comes in the middle and then until nothing is left to do.
    for wait in (1_000..8_000).step_by(150) {
        let mut child = device.start(&["intake", "run"]);
        sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let so_far = sales(&device);
        cut += usize::from(so_far > 0 && so_far < 2_000);
        if cut > 1 || folder.names("").is_empty() {
            break;
        }
    }
    device.run(&["intake", "run"]);
    assert!(cut > 0, "no kill came while it was at work");
    assert_eq!(sales(&device), 2_000);
    assert_eq!(folder.names("done"), ["a.csv"]);
    for (member, id) in (0..).zip(&members) {
        assert_eq!(device.points(id), points(member, 1..=2_000), "member {member}");
    }
    let lines = device.dump().lines().filter(|line| line.contains("\"sale_line\"")).count();
    assert_eq!(lines, 4_000);
}

#[tokio::test]
async fn r81_an_open_window_takes_files_in_by_itself_and_waits_for_those_that_grow() {
    if !built() {
        return;
    }
    let device = Device::founded("熟客小店");
    let wang = device.add_customer("王敏", &["--phone", &phone(1)]);
    let folder = Folder::new();
    watching(&device, &folder);
    let app = App::open(&device.home(), KeyPlace::File, true).await.unwrap();
    let half = folder.put("half.csv", "单号,手机,时间,金额\n");
    folder.put("a.json", &told(1).to_string());
    let until = Instant::now() + Duration::from_secs(60);
    let mut grown = 0;
    while folder.names("done").len() < 2 && Instant::now() < until {
        // A till that writes on and on, until it has written all.
        if grown < 6 {
            grown += 1;
            let row = format!("H{grown},{},2026-03-02 10:00,100\n", phone(1));
            let mut file = std::fs::OpenOptions::new().append(true).open(&half).unwrap();
            file.write_all(row.as_bytes()).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(1_000)).await;
    }
    assert_eq!(folder.names("done"), ["a.json", "half.csv"]);
    let balances = app_call(&app, "points.show", json!({ "id": wang })).await;
    assert_eq!(balances["points"], fen(1) / 100 + 600);
    let state = app_call(&app, "intake.show", Value::Null).await;
    assert_eq!(state["runs"][0]["sales"], 6, "all of it at once: {state}");
    app_call(&app, "intake.set", json!({ "on": false })).await;
    folder.put("late.json", &told(2).to_string());
    tokio::time::sleep(Duration::from_secs(8)).await;
    assert_eq!(folder.names(""), ["late.json"], "nobody watches any more");
    app.close().await.unwrap();
}

async fn app_call(app: &App, name: &str, request: Value) -> Value {
    shuke_app::call(app, name, request).await.unwrap()
}

#[test]
fn r81_two_tills_with_the_same_file_end_alike() {
    if !built() {
        return;
    }
    on_each_database(|place| {
        let server = Server::start(place);
        let a = Device::enrolled(&server.init("熟客小店"));
        let b = Device::enrolled(&server.invite("manager"));
        let members = members(&a);
        let terms = json!({
            "fen_per_point": 100,
            "multipliers": [{ "per_mille": 2_000, "tier": "gold" }, { "per_mille": 3_000, "sku": "CUP", "from": "2026-03-10" }],
        });
        a.call("rules.set", &json!({ "terms": terms }));
        sync_until_quiet(&[&a, &b]);
        let (here, there) = (Folder::new(), Folder::new());
        watching(&a, &here);
        watching(&b, &there);
        here.put("a.csv", &table(1..=200));
        let other: Vec<Value> = (1..=220).rev().map(told).collect();
        there.put("a.json", &Value::Array(other).to_string());
        a.run(&["intake", "run"]);
        b.run(&["intake", "run"]);
        sync_until_quiet(&[&a, &b]);
        assert_eq!(a.dump(), b.dump());
        assert_eq!(sales(&a), 220);
        let earned: Vec<(i64, i64)> =
            members.iter().take(8).map(|id| (a.points(id), b.points(id))).collect();
        assert!(earned.iter().all(|(here, there)| here == there && *here > 0), "{earned:?}");
        let refused = b.call("task.list", &json!({}));
        assert_eq!(refused, json!([]), "nobody is asked about what nobody typed");
    });
}

/// What the server answers to another till: the status, and what it says.
fn post(server: &Server, token: &str, kind: &str, body: &str) -> (u16, Value) {
    let url = server.url();
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    write!(
        stream,
        "POST /v1/intake/sales HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: {kind}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (start, end) = (answer.find('{').unwrap(), answer.rfind('}').unwrap());
    (status, serde_json::from_str(&answer[start..=end]).unwrap())
}

const JSON: &str = "application/json";

fn send(server: &Server, token: &str, kind: &str, body: &str) -> Value {
    let (status, reply) = post(server, token, kind, body);
    assert_eq!(status, 200, "{reply}");
    reply
}

fn token(server: &Server, arguments: &[&str]) -> String {
    let made = server.run(&[&["intake-token", "add"], arguments].concat());
    made["token"].as_str().unwrap().to_owned()
}

fn counted(reply: &Value) -> [u64; 4] {
    ["created", "unchanged", "unmatched", "failed"].map(|field| reply[field].as_u64().unwrap())
}

#[test]
fn r81_what_comes_over_http_is_what_a_folder_would_bring() {
    if !built() {
        return;
    }
    on_each_database(|place| {
        let mut server = Server::start(place);
        let a = Device::enrolled(&server.init("熟客小店"));
        let members = members(&a);
        let terms = json!({
            "fen_per_point": 100,
            "multipliers": [{ "per_mille": 2_000, "tier": "gold" }, { "per_mille": 3_000, "sku": "CUP", "from": "2026-03-10" }],
        });
        a.call("rules.set", &json!({ "terms": terms }));
        sync_until_quiet(&[&a]);
        let key = token(&server, &["云收银"]);

        let all: Vec<Value> = (1..=200).map(told).collect();
        let reply = send(&server, &key, JSON, &json!(all[..120]).to_string());
        assert_eq!(counted(&reply), [118, 0, 2, 0], "{reply}");
        assert_eq!(
            (&reply["sales"][0]["sale_no"], &reply["sales"][0]["row"]),
            (&json!("S1"), &json!(1))
        );
        let lines: String = all[100..].iter().map(|sale| format!("{sale}\n")).collect();
        let reply = send(&server, &key, "application/x-ndjson", &lines);
        assert_eq!(counted(&reply), [78, 20, 2, 0], "{reply}");
        let reply = send(&server, &key, "text/csv; charset=utf-8", &table(1..=200));
        assert_eq!(counted(&reply), [0, 200, 0, 0], "{reply}");

        // The same by a folder, before this till heard of any of it.
        let folder = Folder::new();
        watching(&a, &folder);
        folder.put("a.csv", &table(1..=200));
        let run = a.run(&["intake", "run"])[0].clone();
        assert_eq!(run["created"], 200);
        let alone: Vec<i64> = members.iter().take(8).map(|id| a.points(id)).collect();
        sync_until_quiet(&[&a]);
        let b = Device::enrolled(&server.invite("manager"));
        sync_until_quiet(&[&a, &b]);
        assert_eq!(a.dump(), b.dump());
        assert_eq!(sales(&a), 200);
        let together: Vec<i64> = members.iter().take(8).map(|id| b.points(id)).collect();
        assert_eq!(alone, together, "the server reckons as a till does");
        assert!(together.iter().all(|points| *points > 0));
        assert_eq!(a.call("task.list", &json!({})), json!([]));

        // Somebody of whom another till knew first.
        let unmatched = b.run(&["intake", "unmatched"]);
        assert_eq!(unmatched.as_array().unwrap().len(), 4);
        let late = b.add_customer("李雷", &["--phone", "13999999999"]);
        sync_until_quiet(&[&a, &b]);
        let reply = send(&server, &key, JSON, &told(50).to_string());
        assert_eq!(counted(&reply), [0, 1, 0, 0]);
        let refund = json!({
            "sale_no": "R1", "sold_at": "2026-04-01T10:00:00+08:00", "refund_of": "S50",
            "lines": [{ "name": "龙井", "amount": "50.50" }],
        });
        assert_eq!(counted(&send(&server, &key, JSON, &refund.to_string())), [1, 0, 0, 0]);
        sync_until_quiet(&[&a, &b]);
        assert_eq!(a.dump(), b.dump());
        let spent = b.show(&late)["totals"]["spent_fen"].clone();
        assert_eq!(spent, fen(50) - 5_050, "the sale and what was given back of it");
        assert_eq!(b.run(&["intake", "show"])["unmatched"], 3);

        // A kill -9 between two requests, and the same again.
        server.kill();
        server.serve();
        assert_eq!(counted(&send(&server, &key, JSON, &json!(all).to_string())), [0, 200, 0, 0]);
    });
}

#[test]
fn what_another_till_may_not_is_refused_and_disturbs_nothing() {
    if !built() {
        return;
    }
    on_each_database(|place| {
        let server = Server::start(place);
        let a = Device::enrolled(&server.init("熟客小店"));
        let key = token(&server, &["云收银", "--source", "cloud"]);
        let listed = server.run(&["intake-token", "list"]);
        assert_eq!((&listed[0]["name"], &listed[0]["source"]), (&json!("云收银"), &json!("cloud")));
        assert!(!listed.to_string().contains(&key), "shown once");
        assert_eq!(server.refused(&["intake-token", "add", "云收银"]), "field.invalid");
        assert_eq!(
            server.refused(&["intake-token", "add", "x", "--store", "无此店"]),
            "store.not_found"
        );

        let sale = told(1).to_string();
        let (status, refusal) = post(&server, "nonsense", JSON, &sale);
        assert_eq!((status, &refusal["code"]), (401, &json!("token.unknown")));
        for bad in ["", "[", "nonsense", "[{\"sale_no\":"] {
            let (status, refusal) = post(&server, &key, JSON, bad);
            assert_eq!((status, &refusal["code"]), (400, &json!("request.invalid")), "{bad}");
        }
        let many: Vec<Value> = (0..1_001).map(told).collect();
        let (status, refusal) = post(&server, &key, JSON, &json!(many).to_string());
        assert_eq!((status, &refusal["code"]), (413, &json!("request.too_large")));
        let mut bad = told(2);
        bad["lines"][0]["amount"] = json!(12.345);
        let reply = send(&server, &key, JSON, &json!([told(1), bad, 17]).to_string());
        assert_eq!(counted(&reply), [0, 0, 1, 2], "one bad sale never blocks the rest: {reply}");
        let failed = &reply["sales"][1];
        assert_eq!(
            (&failed["outcome"], &failed["code"]),
            (&json!("failed"), &json!("field.amount_precision"))
        );
        assert_eq!(failed["field"], "lines[0].amount");
        let mut other = told(1);
        other["lines"][0]["amount"] = json!("1.00");
        let reply = send(&server, &key, JSON, &other.to_string());
        assert_eq!(reply["sales"][0]["code"], "row.sale_differs");

        // Another source counts for itself.
        let cafe = token(&server, &["咖啡", "--source", "cafe"]);
        assert_eq!(counted(&send(&server, &cafe, JSON, &sale)), [0, 0, 1, 0]);
        sync_until_quiet(&[&a]);
        assert_eq!(sales(&a), 2);

        server.run(&["intake-token", "remove", "咖啡"]);
        assert_eq!(post(&server, &cafe, JSON, &sale).0, 401);
        assert_eq!(server.refused(&["intake-token", "remove", "咖啡"]), "intake.token_not_found");
        let log = server.log();
        assert!(!log.contains(&key) && !log.contains("13810000001"), "nothing of it in the log");
        // Side by side, so that they come faster than the bucket fills, however busy the machine is.
        let too_often = std::thread::scope(|scope| {
            let ask = || (0..400).any(|_| post(&server, &key, JSON, "").0 == 429);
            let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|asking| asking.join().unwrap()).max() == Some(true)
        });
        assert!(too_often);
    });
}

#[test]
fn a_token_that_was_removed_stays_so_after_a_restore() {
    if !built() {
        return;
    }
    let server = Server::start(&shuke_tests::Place::Sqlite);
    let _owner = Device::enrolled(&server.init("熟客小店"));
    let (good, gone) = (token(&server, &["云收银"]), token(&server, &["咖啡"]));
    let folder = Folder::new();
    let backup = folder.path().join("backup.db");
    server.run(&["backup", text(&backup)]);
    server.run(&["intake-token", "remove", "咖啡"]);
    server.run(&["restore", text(&backup)]);
    let sale = told(1).to_string();
    assert_eq!(post(&server, &gone, JSON, &sale).0, 401);
    assert_eq!(counted(&send(&server, &good, JSON, &sale)), [0, 0, 1, 0]);
}
