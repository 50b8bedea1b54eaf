//! How the workspace is compiled: one choice of packages and features for every verb, so that all of them
//! share their artefacts. Another choice resolves other features and compiles hundreds of crates anew.

use crate::{call::Call, places::Places};

/// The app with its screens inside; without this feature the window asks a development server for them.
const FEATURES: &[&str] = &["--workspace", "--features", "shuke/custom-protocol"];

/// `cargo VERB` over the whole workspace.
pub fn whole(places: &Places, verb: &str) -> Call {
    Call::cargo(places).arg(verb).args(FEATURES)
}

/// Everything that tests and a person can start. With the tests' own dependencies, again for sharing.
pub fn everything(places: &Places) -> Call {
    whole(places, "build").args(["--lib", "--bins", "--tests"])
}

/// Only the window.
pub fn window(places: &Places) -> Call {
    whole(places, "build").args(["--bin", "shuke"])
}

/// All tests that need no window and no keychain.
pub fn tests(places: &Places) -> Call {
    whole(places, "test").args(["--lib", "--bins", "--tests", "--no-fail-fast"])
}
