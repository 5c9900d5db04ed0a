//! Values kept by name, as far as they come in families: found and forgotten by how their names begin.

use super::sql::query;
use super::{Store, StoreError};

impl Store {
    /// The names that begin with `prefix`, in order.
    pub async fn metas(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let names: Vec<String> = query("SELECT name FROM meta ORDER BY name").scalars(&self.reader).await?;
        Ok(names.into_iter().filter(|name| name.starts_with(prefix)).collect())
    }

    /// Forgets the value kept under `name`.
    pub async fn forget_meta(&self, name: &str) -> Result<(), StoreError> {
        query("DELETE FROM meta WHERE name = $1").bind(name).execute(&self.writer).await?;
        Ok(())
    }
}
