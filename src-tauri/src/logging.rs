//! The log: a file a day in the home, a week of them. It names commands, codes and causes, never people: no
//! request, no reply and no parameter is written to it.

use std::{fs::DirBuilder, io, path::Path};

use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::EnvFilter;

/// Starts the log, if the home can be written; without a log there is still a window, which says what is wrong.
pub(crate) fn begin(home: &Path) -> Option<WorkerGuard> {
    let folder = home.join("logs");
    create_private(&folder).ok()?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("shuke")
        .filename_suffix("log")
        .max_log_files(7)
        .build(folder)
        .ok()?;
    let (file, guard) = tracing_appender::non_blocking(file);
    let filter = EnvFilter::try_from_env("SHUKE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let begun = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(file)
        .try_init();
    begun.ok()?;
    Some(guard)
}

/// The home holds everybody's data: whoever makes it first makes it private.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
