//! `kill -9` of a device or of the server at random moments of many syncs: what was reported as
//! saved is never lost, the outboxes drain, and both devices end with the same bytes.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a story that cannot go on has failed"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::json;
use shuke_tests::{
    Chance, Device, Place, Server, binaries, long, on_each_database, sync_until_quiet,
};

/// How many syncs are disturbed.
fn rounds() -> u64 {
    if long() { 200 } else { 20 }
}

/// What a customer must come to: only what a device reported as saved stands here.
#[derive(Debug, Default)]
struct Promise {
    /// What was said last, and what a command that was killed may have said after it.
    remarks: Option<String>,
    maybe: BTreeSet<String>,
    spent_fen: i64,
    adjusted: i64,
}

struct Shop {
    devices: [Device; 2],
    promised: BTreeMap<String, Promise>,
    /// Whose customers they are: each is written by one device, so that its last word is known.
    written_by: [Vec<String>; 2],
    words: u64,
}

impl Shop {
    fn at(server: &Server) -> Self {
        let first = Device::enrolled(&server.init("熟客小店"));
        let second = Device::enrolled(&server.invite("counter"));
        Self {
            devices: [first, second],
            promised: BTreeMap::new(),
            written_by: Default::default(),
            words: 0,
        }
    }

    fn word(&mut self) -> String {
        self.words += 1;
        format!("第 {} 句", self.words)
    }

    /// A few changes that one device reports as saved.
    fn work(&mut self, who: usize, chance: &mut Chance) {
        let word = self.word();
        let device = &self.devices[who];
        let id = device.add_customer(&word, &[]);
        self.promised.insert(id.clone(), Promise::default());
        self.written_by[who].push(id);
        for _ in 0..chance.below(4) {
            let word = self.word();
            let device = &self.devices[who];
            let Some(id) = chance.pick(&self.written_by[who]).cloned() else { continue };
            let promise = self.promised.get_mut(&id).unwrap();
            match chance.below(3) {
                0 => {
                    device.set(&id, "remarks", &word);
                    promise.remarks = Some(word);
                    promise.maybe.clear();
                }
                1 => {
                    let fen = i64::try_from(chance.below(100_000)).unwrap() + 1;
                    device.sell(&id, fen);
                    promise.spent_fen += fen;
                }
                _ => {
                    device.run(&["points", "adjust", &id, "7", "--why", &word]);
                    promise.adjusted += 7;
                }
            }
        }
        // A batch that takes more than one push, now and then.
        if chance.once_in(6) {
            let seed = chance.below(1_000_000).to_string();
            self.devices[who].run(&[
                "demo",
                "--customers",
                "300",
                "--sales",
                "600",
                "--seed",
                &seed,
            ]);
        }
    }

    /// A command that is killed while it writes promises nothing; it must not break anything either.
    fn killed_work(&mut self, who: usize, chance: &mut Chance) {
        let Some(id) = chance.pick(&self.written_by[who]).cloned() else { return };
        let word = self.word();
        let mut child = self.devices[who].start(&[
            "customer",
            "edit",
            &id,
            "--set",
            &format!("remarks={word}"),
        ]);
        sleep(Duration::from_millis(chance.below(150)));
        child.kill().unwrap();
        let promise = self.promised.get_mut(&id).unwrap();
        if child.wait().unwrap().success() {
            promise.remarks = Some(word);
            promise.maybe.clear();
        } else {
            promise.maybe.insert(word);
        }
    }

    fn kept(&self) {
        for device in &self.devices {
            for (id, promise) in &self.promised {
                let raw = device.call("customer.show", &json!({ "id": id }));
                let remarks = raw["customer"]["remarks"].as_str().map(str::to_owned);
                let said = remarks == promise.remarks
                    || remarks.is_some_and(|said| promise.maybe.contains(&said));
                assert!(said, "{raw:#} {promise:?}");
                assert_eq!(raw["totals"]["spent"], promise.spent_fen, "{raw:#}");
                let adjusted: i64 = device.run(&["points", "show", id])["entries"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|entry| entry["kind"] == "adjust")
                    .map(|entry| entry["amount"].as_i64().unwrap())
                    .sum();
                assert_eq!(adjusted, promise.adjusted, "{id}");
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Victim {
    Client,
    Server,
    Both,
    Nobody,
}

const VICTIMS: &[Victim] =
    &[Victim::Client, Victim::Client, Victim::Server, Victim::Server, Victim::Both, Victim::Nobody];

/// One sync, with someone killed at a random moment of it.
fn disturbed(shop: &Shop, server: &mut Server, who: usize, victim: Victim, at: Duration) {
    let device = &shop.devices[who];
    let mut sync = device.start(&["sync"]);
    sleep(at);
    match victim {
        Victim::Client => sync.kill().unwrap(),
        Victim::Server => server.kill(),
        Victim::Both => {
            sync.kill().unwrap();
            server.kill();
        }
        Victim::Nobody => {}
    }
    let ended = sync.wait_with_output().unwrap();
    if let Some(code) = ended.status.code() {
        let error = String::from_utf8_lossy(&ended.stderr);
        assert!(code == 0 || error.contains("server.unreachable"), "{code}: {error}");
    }
    if !server.is_running() {
        server.serve();
    }
}

fn story(place: &Place) {
    let mut chance = Chance::new("kills");
    let mut server = Server::start(place);
    let mut shop = Shop::at(&server);
    // A sync in which much moves takes longer than one in which nothing does: kills fall into all of it.
    let begun = Instant::now();
    shop.devices[0].run(&["sync"]);
    let quiet = u64::try_from(begun.elapsed().as_millis()).unwrap();
    for round in 0..rounds() {
        let who = usize::try_from(chance.below(2)).unwrap();
        shop.work(who, &mut chance);
        if chance.once_in(4) {
            shop.killed_work(who, &mut chance);
        }
        let victim = chance.pick(VICTIMS).copied().unwrap_or(Victim::Client);
        let at = Duration::from_millis(chance.below(quiet * 2 + shop.devices[who].waiting()));
        println!("{round}: device {who} syncs, {victim:?} after {at:?}");
        disturbed(&shop, &mut server, who, victim, at);
    }
    let [a, b] = &shop.devices;
    sync_until_quiet(&[a, b]);
    assert_eq!((a.waiting(), b.waiting()), (0, 0));
    shop.kept();
    let (of_a, of_b) = (a.dump(), b.dump());
    let differing = of_a.lines().zip(of_b.lines()).find(|(mine, theirs)| mine != theirs);
    assert!(of_a == of_b, "first difference: {differing:#?}");
    for device in &shop.devices {
        let findings = device.run(&["doctor"]);
        assert_eq!(findings["healthy"], true, "{findings:#}");
    }
}

#[test]
fn nothing_that_was_saved_is_lost_whoever_is_killed() {
    if binaries::are_built(&["shukectl", "shuke-server"]) {
        on_each_database(story);
    }
}
