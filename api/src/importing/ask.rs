//! Who knows what is stored.

use std::future::Future;

use crate::client::{Client, ClientError, Table};

/// Answers read-only statements over the workspace's tables.
pub trait Ask: Sync {
    /// Why it does not.
    type Error: Send;

    /// The rows of a statement.
    ///
    /// # Errors
    /// The statement is not answered.
    fn ask(&self, sql: String) -> impl Future<Output = Result<Table, Self::Error>> + Send;
}

impl Ask for Client {
    type Error = ClientError;

    async fn ask(&self, sql: String) -> Result<Table, ClientError> {
        self.sql(&sql).await
    }
}
