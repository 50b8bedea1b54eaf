//! Real files against what must come out of them. They lie in `SHUKE_DATA` or `../shared/data`.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    env,
    path::PathBuf,
};

use serde_json::Value;
use shuke_domain::Fen;
use shuke_exchange::{CustomerRow, Finding, Import, Options, Problem, RowOutcome, SaleRow};

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn data(name: &str) -> Option<PathBuf> {
    let folder = env::var_os("SHUKE_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!(
        "skipped: {} is not there; set SHUKE_DATA to the folder that holds it",
        path.display()
    );
    None
}

/// The cell as it is expected, with only what an entry speaks of allowed to differ.
fn agrees(
    got: Option<&str>,
    expected: &str,
    entries: &HashSet<(&str, Finding)>,
    column: &str,
) -> bool {
    let got = got.unwrap_or_default();
    if got == expected || (got.is_empty() && expected.chars().all(char::is_whitespace)) {
        return true;
    }
    let mended: String =
        expected.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{feff}')).collect();
    let said = |finding| entries.contains(&(column, finding));
    (said(Finding::FieldInvisible) || said(Finding::FieldTrimmed)) && got == mended.trim()
}

#[test]
fn the_thousand_customers_come_out_as_expected() {
    let (Some(file), Some(expected)) =
        (data("import/customers_gb18030.csv"), data("import/expected_gb18030.json"))
    else {
        return;
    };
    let expected: Value = serde_json::from_slice(&std::fs::read(expected).unwrap()).unwrap();
    let wishes: [&str; 0] = [];
    let mut import = Import::<CustomerRow>::open(&file, &wishes, Options::default()).unwrap();
    assert!(import.header_problems().is_empty());
    let keys: Vec<_> =
        import.column_map().columns().iter().map(|column| column.name.clone()).collect();
    assert_eq!(serde_json::to_value(&keys).unwrap(), expected["header"]);

    let mut rows: Vec<(u64, CustomerRow, Vec<Problem>)> = Vec::new();
    let mut skipped: BTreeMap<&str, u64> = BTreeMap::new();
    let mut records = 0;
    for outcome in import.by_ref() {
        records += 1;
        match outcome.unwrap() {
            (number, RowOutcome::Row(row, problems)) => rows.push((number, row, problems)),
            (_, RowOutcome::Skipped(problem)) => {
                *skipped.entry(problem.code.as_str()).or_default() += 1;
            }
            (_, RowOutcome::Failed(problem)) => panic!("failed: {problem:?}"),
        }
    }
    assert_eq!((import.table().encoding(), import.table().delimiter().as_str()), ("GB18030", ";"));
    assert_eq!(skipped["row.repeated_header"], expected["repeated_header_rows"].as_u64().unwrap());
    assert_eq!(skipped["row.totals"], expected["totals_rows"].as_u64().unwrap());
    // Seven lines without a letter, one of blanks, one of delimiters only.
    assert_eq!(skipped["row.blank"], expected["blank_records"].as_u64().unwrap() + 2);
    assert_eq!(records, rows.len() as u64 + skipped.values().sum::<u64>());
    assert_eq!(rows.len() as u64, expected["customer_rows"].as_u64().unwrap());

    let (mut spent, mut landlines_refused) = (Fen(0), 0);
    let mut numbers: HashMap<String, u32> = HashMap::new();
    for ((number, row, problems), expected) in rows.iter().zip(expected["rows"].as_array().unwrap())
    {
        let fields: Vec<&str> = expected["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field.as_str().unwrap())
            .collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        let said: HashSet<(&str, Finding)> =
            problems.iter().map(|problem| (problem.column.as_str(), problem.code)).collect();
        let context = || format!("row {number}: {row:#?} {problems:#?} {expected:#}");
        assert!(problems.iter().all(|problem| problem.row == *number));

        // Texts: as they stood, or with an entry.
        assert_eq!(row.member_no.as_deref(), Some(field(0)), "{}", context());
        for (got, at, column) in [
            (&row.name, 1, "姓名"),
            (&row.address, 7, "地址"),
            (&row.company, 8, "公司"),
            (&row.remarks, 14, "备注"),
        ] {
            assert!(agrees(got.as_deref(), field(at), &said, column), "{column} {}", context());
        }
        assert_eq!(row.emails.first().map_or("", String::as_str), field(4).trim(), "{}", context());
        assert_eq!(
            row.gender.map_or("", |gender| if gender.as_str() == "male" { "男" } else { "女" }),
            field(6),
            "{}",
            context()
        );

        // Phones.
        let about_phone: Vec<Finding> = problems
            .iter()
            .filter(|problem| problem.column == "手机")
            .map(|problem| problem.code)
            .collect();
        let truth = expected["mobile_truth"].as_str().unwrap();
        let phones: Vec<&str> = row.phones.iter().map(|phone| phone.as_str()).collect();
        match expected["mobile_status"].as_str().unwrap() {
            "ok" => {
                assert_eq!(phones, [expected["mobile_e164"].as_str().unwrap()], "{}", context());
                assert_eq!(about_phone, []);
                *numbers.entry(phones[0].to_owned()).or_default() += 1;
            }
            "empty" => assert_eq!((phones.len(), about_phone.len()), (0, 0), "{}", context()),
            "placeholder" => assert_eq!(
                (phones.len(), about_phone),
                (0, vec![Finding::FieldPlaceholder]),
                "{}",
                context()
            ),
            "excel_scientific" => assert_eq!(
                (phones, about_phone),
                (vec![field(2)], vec![Finding::FieldPhoneMangled])
            ),
            "too_short" => assert_eq!(
                (phones, about_phone),
                (vec![field(2)], vec![Finding::FieldPhoneInvalid])
            ),
            "two_numbers" => {
                assert_eq!(
                    (phones[0], about_phone),
                    (truth, vec![Finding::FieldPhoneSeveral]),
                    "{}",
                    context()
                );
                assert_eq!(phones.len(), 2, "{}", context());
            }
            other => panic!("{other}"),
        }
        if !field(3).is_empty() {
            // The library's plan knows some area's number blocks as not assigned: those stay text, with an entry.
            let refused = said.contains(&("固定电话", Finding::FieldPhoneInvalid));
            landlines_refused += u32::from(refused);
            let expected = if refused {
                field(3).to_owned()
            } else {
                field(3).replacen('0', "+86", 1).replace('-', "")
            };
            assert_eq!(row.landlines[0].as_str(), expected, "{}", context());
        }

        // Days and amounts.
        assert_eq!(
            row.birthday.map(|day| day.to_string()).as_deref(),
            expected["birthday_iso"].as_str(),
            "{}",
            context()
        );
        assert_eq!(
            row.birthday.is_none() && !field(5).is_empty(),
            said.contains(&("生日", Finding::FieldDateInvalid)),
            "{}",
            context()
        );
        assert_eq!(
            row.last_visit.map(|day| day.date.to_string()).as_deref(),
            expected["last_visit_iso"].as_str(),
            "{}",
            context()
        );
        let value = expected["spent_value"]
            .as_f64()
            .map(|value| Fen(format!("{value:.2}").replace('.', "").parse().unwrap()));
        assert_eq!(row.spent, value, "{}", context());
        assert_eq!(
            row.spent.is_none() && !field(10).is_empty(),
            said.contains(&("累计消费", Finding::FieldPlaceholder)),
            "{}",
            context()
        );
        spent = spent + row.spent.unwrap_or_default();
        assert_eq!(
            row.points.map(|points| points.to_string()).unwrap_or_default(),
            field(11),
            "{}",
            context()
        );
        assert_eq!(row.registered.is_some(), !field(12).is_empty(), "{}", context());
        if !field(9).is_empty() {
            assert_eq!(row.tags, ["VIP", "生日券", "老客", "高消费"]);
        }

        // Widths.
        let flags: Vec<&str> = expected["flags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|flag| flag.as_str().unwrap())
            .collect();
        let about = |code| problems.iter().filter(|problem| problem.code == code).count();
        assert_eq!(
            about(Finding::FieldMissing),
            usize::from(flags.contains(&"short_row")),
            "{}",
            context()
        );
        assert_eq!(
            about(Finding::FieldSurplus),
            usize::from(flags.contains(&"long_row")),
            "{}",
            context()
        );
        if flags.is_empty() && expected["mobile_status"] == "ok" {
            let silent = problems.iter().all(|problem| {
                matches!(
                    problem.column.as_str(),
                    "生日" | "固定电话" | "累计消费" | "姓名" | "公司"
                )
            });
            assert!(silent, "{}", context());
        }
    }
    assert!(landlines_refused < 33, "{landlines_refused} of 323");
    assert_eq!(spent, Fen(538_694_311));
    assert_eq!(numbers.len() as u64, expected["distinct_e164"].as_u64().unwrap());
}

#[test]
fn the_cdnow_log_adds_up() {
    let Some(file) = data("cdnow/CDNOW_master.txt") else { return };
    let wishes =
        ["customer_id=customer_no", "date=date", "number_of_cds=quantity", "dollar_value=amount"];
    let mut import = Import::<SaleRow>::open(&file, &wishes, Options::default()).unwrap();
    let (mut sum, mut rows, mut customers) = (Fen(0), 0, HashSet::new());
    for outcome in import.by_ref() {
        match outcome.unwrap() {
            (_, RowOutcome::Row(row, problems)) => {
                assert_eq!(problems, []);
                sum = sum + row.amount;
                rows += 1;
                customers.insert(row.customer_no.unwrap());
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(import.table().delimiter(), "blanks");
    assert_eq!((sum, rows, customers.len()), (Fen(250_031_563), 69_659, 23_570));
    assert!(customers.contains("00001"));
}

#[test]
fn a_log_without_a_header_maps_by_column_numbers() {
    let Some(file) = data("cdnow/CDNOW_sample.txt") else { return };
    let wishes = ["1=customer_no", "3=date", "4=quantity", "5=amount", "2="];
    let import = Import::<SaleRow>::open(&file, &wishes, Options::default()).unwrap();
    let customers: HashSet<_> = import
        .map(|outcome| match outcome.unwrap() {
            (_, RowOutcome::Row(row, _)) => row.customer_no.unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(customers.len(), 2_357);
}
