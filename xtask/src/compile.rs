//! How the workspace is compiled: one choice of packages for every verb, and one of features for tests and one for
//! what is shipped, so that all share their artefacts. Another choice resolves other features and compiles
//! hundreds of crates anew.

use crate::{call::Call, places::Places};

/// The app with its screens inside; without this feature the window asks a development server for them.
const SHIPPED: &[&str] = &["--workspace", "--features", "shuke/custom-protocol"];

/// The same with the hand-made faults that the simulation wakes: for tests only. It differs in our own
/// crates alone, so what comes from outside is compiled once.
const TESTED: &[&str] =
    &["--workspace", "--features", "shuke/custom-protocol,shuke-simulation/mutants"];

/// `cargo VERB` over the whole workspace, for tests and checks.
pub fn whole(places: &Places, verb: &str) -> Call {
    Call::cargo(places).arg(verb).args(TESTED)
}

/// `cargo VERB` over the whole workspace as people get it, or as it is measured.
pub fn shipped(places: &Places, verb: &str) -> Call {
    Call::cargo(places).arg(verb).args(SHIPPED)
}

/// Everything that tests and a person can start. With the tests' own dependencies, again for sharing.
pub fn everything(places: &Places) -> Call {
    whole(places, "build").args(["--lib", "--bins", "--tests"])
}

/// The same, optimised: what is measured.
pub fn measured(places: &Places, verb: &str) -> Call {
    shipped(places, verb).arg("--release")
}

/// Where that lies.
pub fn measured_folder(places: &Places) -> std::path::PathBuf {
    places.target().join("release")
}

/// Only the window.
pub fn window(places: &Places) -> Call {
    shipped(places, "build").args(["--bin", "shuke"])
}

/// All tests that need no window and no keychain.
pub fn tests(places: &Places) -> Call {
    whole(places, "test").args(["--lib", "--bins", "--tests", "--no-fail-fast"])
}

#[cfg(test)]
mod tests {
    use super::{SHIPPED, TESTED};

    #[test]
    fn no_hand_made_fault_is_shipped_or_measured() {
        assert!(!SHIPPED.iter().any(|flag| flag.contains("mutants")));
        assert!(TESTED.iter().any(|flag| flag.contains("shuke-simulation/mutants")));
    }
}
