//! `shuke-server`: the shared server's own program.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    shuke_server::cli::run().await
}
