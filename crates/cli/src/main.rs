//! The binary `shukectl`. Everything is in the library, where tests reach it.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    shuke_cli::run().await
}
