//! The store's connections, to either database, as the statements see them.

use sqlx::Sqlite;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

use super::StoreError;
use super::postgres::{self, Session};
use super::sql::On;

/// Where is read.
#[derive(Debug, Clone)]
pub(super) enum Reader {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Where is written: one connection, so that what a change reads nobody else changes meanwhile.
#[derive(Debug, Clone)]
pub(super) enum Writer {
    Sqlite(SqlitePool),
    Postgres(postgres::Writer),
}

/// All or nothing: what isn't committed is rolled back.
pub(super) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(Session),
}

impl Reader {
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Writer {
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(writer) => writer.close().await,
        }
    }

    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(match self {
            Self::Sqlite(pool) => Transaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(writer) => Transaction::Postgres(writer.transaction().await?),
        })
    }
}

impl Transaction {
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => Ok(transaction.commit().await?),
            Self::Postgres(session) => session.commit().await,
        }
    }

    /// What only PostgreSQL is to read at the end of a statement.
    pub(super) fn on_postgres(&self, sql: &'static str) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => sql,
        }
    }
}

impl<'a> From<&'a Reader> for On<'a> {
    fn from(reader: &'a Reader) -> Self {
        match reader {
            Reader::Sqlite(pool) => Self::Sqlite(pool),
            Reader::Postgres(pool) => Self::Postgres(pool),
        }
    }
}

impl<'a> From<&'a Writer> for On<'a> {
    fn from(writer: &'a Writer) -> Self {
        match writer {
            Writer::Sqlite(pool) => Self::Sqlite(pool),
            Writer::Postgres(writer) => Self::PostgresAlone(writer),
        }
    }
}

impl<'a> From<&'a mut Transaction> for On<'a> {
    fn from(transaction: &'a mut Transaction) -> Self {
        match transaction {
            Transaction::Sqlite(transaction) => Self::SqliteIn(transaction),
            Transaction::Postgres(session) => Self::PostgresIn(session),
        }
    }
}
