//! A shop without a window: the command table over a real home, in this process.

use serde_json::{Value, json};
use shuke_app::{App, KeyPlace};
use shuke_domain::Failure;
use std::sync::Arc;
use tempfile::TempDir;

#[derive(Debug)]
pub struct Shop {
    pub app: Arc<App>,
    _folder: TempDir,
}

impl Shop {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), KeyPlace::File, false).await.unwrap();
        let shop = Self { app, _folder: folder };
        shop.call("home.found", json!({ "workspace": "西湖茶舍" })).await;
        shop
    }

    pub async fn try_call(&self, name: &str, request: Value) -> Result<Value, Failure> {
        shuke_app::call(&self.app, name, request).await
    }

    /// A command that must go through.
    pub async fn call(&self, name: &str, request: Value) -> Value {
        match self.try_call(name, request).await {
            Ok(answer) => answer,
            Err(failure) => panic!("{name}: {failure:?}"),
        }
    }

    /// The code with which a command must be refused.
    pub async fn refused(&self, name: &str, request: Value) -> &'static str {
        match self.try_call(name, request).await {
            Ok(answer) => panic!("{name} went through: {answer}"),
            Err(failure) => failure.code.as_str(),
        }
    }

    pub async fn add_customer(&self, fields: Value) -> String {
        id_of(&self.call("customer.add", json!({ "customer": fields })).await)
    }

    pub async fn show(&self, customer: &str) -> Value {
        self.call("customer.show", json!({ "id": customer })).await
    }

    /// A sale of one line; `pieces` in whole pieces.
    pub async fn sell(&self, customer: &str, pieces: i64, fen: i64, at: Option<i64>) -> Value {
        let line =
            json!({ "sku": "TEA", "name": "龙井", "quantity": pieces * 1_000, "amount": fen });
        self.call("sale.add", json!({ "customer": customer, "lines": [line], "sold_at": at })).await
    }

    pub async fn points(&self, customer: &str) -> i64 {
        self.call("points.show", json!({ "id": customer })).await["points"].as_i64().unwrap()
    }
}

pub fn id_of(answer: &Value) -> String {
    answer["id"].as_str().unwrap_or_else(|| panic!("no id in {answer}")).to_owned()
}
