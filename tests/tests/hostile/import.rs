//! Any file that somebody takes for a list of customers, goods or sales.

use std::{io::Write as _, path::Path, time::Duration};

use shuke_domain::Code;
use shuke_exchange::{
    CustomerRow, Import, ImportError, Options, ProductRow, SaleRow, record::Record,
};

use crate::corpus::Target;

fn target(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.flush().unwrap();
    read::<CustomerRow>(file.path());
    read::<ProductRow>(file.path());
    read::<SaleRow>(file.path());
}

fn read<T: Record>(path: &Path) {
    let none: [&str; 0] = [];
    let import = match Import::<T>::open(path, &none, Options::default()) {
        Ok(import) => import,
        Err(error) => return assert!(is_told(&error), "{error:?}"),
    };
    let mut before = 0;
    for outcome in import {
        match outcome {
            Ok((number, _)) => {
                assert!(number > before, "records are numbered in their order");
                before = number;
            }
            Err(error) => assert!(is_told(&ImportError::Read(error))),
        }
    }
}

/// Whether people are told of it by a code.
fn is_told(error: &ImportError) -> bool {
    Code::parse(&error.to_string()).is_some()
}

fn grown() -> Vec<(&'static str, Vec<u8>)> {
    let mb = 2 * 1024 * 1024;
    let after = |front: &str, rest: Vec<u8>| [front.as_bytes().to_vec(), rest].concat();
    vec![
        ("a cell of ten million", after("姓名,手机\n", b"x".repeat(5 * mb))),
        ("a quotation mark never closed", after("姓名,手机\n\"", b"x,1\n".repeat(mb / 4))),
        ("nothing but quotation marks", after("姓名,手机\n", b"\"".repeat(mb / 4))),
        ("a mark in every cell", after("姓名,手机\n", b"\"a,".repeat(20_000))),
        ("two million cells in one row", after("姓名,手机\n", b",".repeat(mb))),
        ("columns without end", b"name,".repeat(20_000)),
        ("line ends alone", b"\r".repeat(mb)),
        ("no text in any encoding", (0..=255_u8).cycle().take(mb).collect()),
        ("zeros", vec![0; mb]),
    ]
}

#[test]
fn no_file_breaks_the_import() {
    Target {
        name: "import",
        run: target,
        grown,
        words: &[
            "\"",
            "\"\"",
            ",",
            ";",
            "\t",
            "\r\n",
            "\r",
            "\n",
            "\u{feff}",
            "sep=;\n",
            "姓名",
            "手机",
            "金额",
            "日期",
            "=cmd|' /C calc'!A1",
            "1.77688E+10",
            "99999999999999999999",
            "-0",
            "NaN",
            "2026-13-45",
            "\u{0}",
            "'",
            "<row r=\"1048576\">",
            "PK\u{3}\u{4}",
        ],
        within: Duration::from_secs(120),
        memory: 1_024,
    }
    .attack();
}
