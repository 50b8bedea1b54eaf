//! The list that backups go by, held against the tables that the migrations make.

use std::collections::BTreeSet;

use shuke_server::{
    Database,
    database::{DERIVED, TABLES},
};

#[test]
fn a_backup_carries_every_table_and_every_column() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let key = "aa".repeat(32);
        let database = Database::sqlite(&folder.path().join("server.db"), &key).await.unwrap();
        let Database::Sqlite { writer, .. } = &database else { panic!("not SQLite") };
        let made: Vec<(String, String)> = sqlx::query_as(
            "select m.name, c.name from sqlite_schema m, pragma_table_info(m.name) c \
             where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '_sqlx%'",
        )
        .fetch_all(writer)
        .await
        .unwrap();
        let made: BTreeSet<_> = made
            .iter()
            .map(|(table, column)| (table.as_str(), column.as_str()))
            .filter(|(table, _)| !DERIVED.contains(table))
            .collect();
        let carried = TABLES
            .iter()
            .flat_map(|table| table.columns.iter().map(|(column, _)| (table.name, *column)));
        assert_eq!(carried.collect::<BTreeSet<_>>(), made);
    });
}

#[test]
fn both_databases_have_the_same_tables() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let named = |kind: &str| -> BTreeSet<String> {
        let files = std::fs::read_dir(folder.join(kind)).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(named("sqlite"), named("postgres"));
    for name in named("sqlite") {
        let text = |kind: &str| std::fs::read_to_string(folder.join(kind).join(&name)).unwrap();
        assert_eq!(text("sqlite").replace(" blob", " bytea"), text("postgres"), "{name}");
    }
}
