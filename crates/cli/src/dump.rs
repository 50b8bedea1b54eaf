//! Every record, one JSON line each: what two replicas are compared by.

use std::io::{self, BufWriter, Write as _};

use shuke_app::{App, replica};

use crate::voice::Stop;

pub(crate) async fn run(app: &App) -> Result<(), Stop> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
    // The store cannot tell our output from its files, so what went wrong here is kept here.
    let mut unheard = None;
    let dumped = replica::dump(app, |line| {
        let written = out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n"));
        written.map_err(|error| {
            let told = io::Error::from(error.kind());
            unheard = Some(error);
            told
        })
    })
    .await;
    match unheard {
        Some(error) => Err(error.into()),
        None => {
            dumped?;
            Ok(out.flush()?)
        }
    }
}
