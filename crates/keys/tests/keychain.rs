//! The real keychain, and the machine that has none.
//!
//! The first half touches the keychain of whoever runs it, so it runs only where
//! `SHUKE_TEST_KEYCHAIN=1` says that this one is meant for tests (`cargo xtask test` starts a
//! keyring on a bus of its own).

use std::env;
use std::process::Command;

use shuke_keys::{DatabaseKey, KeyError, KeyPlace, KeyStore, SecretBytes};

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn keychain_meant_for_tests() -> bool {
    let meant = env::var_os("SHUKE_TEST_KEYCHAIN").is_some_and(|value| value == "1");
    if !meant {
        eprintln!("skipped: no keychain for tests here (SHUKE_TEST_KEYCHAIN=1 says there is one)");
    }
    meant
}

#[tokio::test]
async fn the_keychain_keeps_a_key_per_home() -> Result<(), KeyError> {
    if !keychain_meant_for_tests() {
        return Ok(());
    }
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = KeyStore::open(one.path(), KeyPlace::Keychain)?;
    let neighbour = KeyStore::open(two.path(), KeyPlace::Keychain)?;
    let key = DatabaseKey::random()?;

    assert_eq!(store.place(), KeyPlace::Keychain);
    assert_eq!(store.get("database").await?, None);
    store.remove("database").await?;
    store.set("database", &key.to_secret()).await?;

    // Another process of the same home finds it, another home does not, and no file appears.
    let again = KeyStore::open(one.path(), KeyPlace::Keychain)?;
    let found = again.get("database").await?.unwrap();
    assert_eq!(DatabaseKey::from_secret("database", &found)?, key);
    assert_eq!(neighbour.get("database").await?, None);
    assert_eq!(std::fs::read_dir(one.path()).unwrap().count(), 0);

    let token = SecretBytes::from("第二个 token".to_owned());
    store.set("database", &token).await?;
    assert_eq!(again.get("database").await?, Some(token));
    store.remove("database").await?;
    assert_eq!(again.get("database").await?, None);
    Ok(())
}

#[tokio::test]
async fn large_secrets_and_many_askers_at_once() -> Result<(), KeyError> {
    if !keychain_meant_for_tests() {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let store = KeyStore::open(home.path(), KeyPlace::Keychain)?;
    // 1,800 bytes is what Windows still takes once it is text.
    let secret = SecretBytes::new((0..1800).map(|n: u32| n.to_le_bytes()[0]).collect());
    store.set("certificate", &secret).await?;
    let askers: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.get("certificate").await })
        })
        .collect();
    for asker in askers {
        assert_eq!(asker.await.unwrap()?, Some(secret.clone()));
    }
    store.remove("certificate").await
}

/// In a process of its own, for the library looks for the keychain once per process.
#[cfg(target_os = "linux")]
#[test]
fn without_a_keychain_nothing_is_kept_and_nothing_falls_back() {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "on_a_machine_without_a_keychain", "--ignored", "--nocapture"])
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .env("SHUKE_TEST_HOME", home.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "the second half of without_a_keychain_nothing_is_kept_and_nothing_falls_back"]
async fn on_a_machine_without_a_keychain() -> Result<(), KeyError> {
    let home = env::var_os("SHUKE_TEST_HOME").unwrap();
    let store = KeyStore::open(home.as_ref(), KeyPlace::Keychain)?;
    let kept = store.set("database", &DatabaseKey::random()?.to_secret()).await;
    assert!(matches!(kept, Err(KeyError::NoKeychain(_))), "{kept:?}");
    let found = store.get("database").await;
    assert!(matches!(found, Err(KeyError::NoKeychain(_))), "{found:?}");
    Ok(())
}
