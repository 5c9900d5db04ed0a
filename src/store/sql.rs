//! Statements, written once for both databases.
//!
//! A [`Query`] is a text with its values; where it runs is an [`On`], which each of the store's connections turns
//! into. Places are `$1`, `$2`, …; a value is an integer of 64 bits or a text (a flag is 0 or 1, a time milliseconds).
//! What PostgreSQL would do otherwise than SQLite the text itself has to avoid: a sum is `CAST(… AS BIGINT)`, the
//! rows of RETURNING come in no order, and no row may be met twice by one `ON CONFLICT DO UPDATE`.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::Hash;

use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Decode, Postgres, Row as _, SqlSafeStr, SqlStr, Sqlite, SqliteConnection, Type};

use super::StoreError;
use super::postgres::{Session, Writer, within};

/// Rows in one INSERT. One a statement is five times slower.
const ROWS_PER_INSERT: usize = 100;

/// A statement with its values.
#[derive(Debug)]
pub(super) struct Query {
    sql: SqlStr,
    values: Vec<Value>,
}

/// A value in a statement.
#[derive(Debug)]
pub(super) enum Value {
    Integer(Option<i64>),
    Text(Option<String>),
}

/// Where a statement runs.
pub(super) enum On<'a> {
    Sqlite(&'a SqlitePool),
    SqliteIn(&'a mut SqliteConnection),
    Postgres(&'a PgPool),
    PostgresAlone(&'a Writer),
    PostgresIn(&'a mut Session),
}

/// A row of an answer.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A statement: its text, whose values are bound next.
pub(super) fn query(sql: impl SqlSafeStr) -> Query {
    Query { sql: sql.into_sql_str(), values: Vec::new() }
}

/// The statement that inserts these rows, a hundred at most each: `head`, what `bind` binds for each, `tail`.
pub(super) fn inserts<'a, T>(
    head: &'a str,
    rows: &'a [T],
    bind: impl Fn(Query, &T) -> Query + 'a,
    tail: &'a str,
) -> impl Iterator<Item = Query> + 'a {
    rows.chunks(ROWS_PER_INSERT).map(move |chunk| {
        let mut sql = format!("{head} VALUES ");
        let mut filled = query("");
        for (nth, row) in chunk.iter().enumerate() {
            let first = filled.values.len() + 1;
            filled = bind(filled, row);
            let separator = if nth == 0 { "" } else { ", " };
            // Writing to a String can't fail.
            let _ = write!(sql, "{separator}({})", places(first, filled.values.len() + 1 - first));
        }
        let _ = write!(sql, " {tail}");
        Query { sql: AssertSqlSafe(sql).into_sql_str(), ..filled }
    })
}

/// The rows, of those with the same key the last one alone: what `ON CONFLICT DO UPDATE` may be given.
pub(super) fn last_of_each<T, K: Eq + Hash>(rows: &[T], key: impl Fn(&T) -> K) -> Vec<&T> {
    let mut seen = HashSet::new();
    let mut last: Vec<&T> = rows.iter().rev().filter(|row| seen.insert(key(row))).collect();
    last.reverse();
    last
}

/// `count` places, beginning with `$first`: `$2, $3, $4`.
pub(super) fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

impl Query {
    /// The value of the next place.
    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// The values of the next places.
    pub(super) fn bind_all(mut self, values: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        self.values.extend(values.into_iter().map(Into::into));
        self
    }

    /// Runs it, and answers how many rows it changed.
    pub(super) async fn execute(self, on: impl Into<On<'_>>) -> Result<u64, StoreError> {
        Ok(match on.into() {
            On::Sqlite(pool) => self.sqlite().execute(pool).await?.rows_affected(),
            On::SqliteIn(connection) => self.sqlite().execute(connection).await?.rows_affected(),
            On::Postgres(pool) => within(self.postgres().execute(pool)).await?.rows_affected(),
            On::PostgresAlone(writer) => {
                let mut session = writer.session().await?;
                let done = within(self.postgres().execute(session.begin()?)).await;
                session.end(done)?.rows_affected()
            }
            On::PostgresIn(session) => {
                let done = within(self.postgres().execute(session.begin()?)).await;
                session.end(done)?.rows_affected()
            }
        })
    }

    /// Runs it, and answers all rows.
    pub(super) async fn fetch_all(self, on: impl Into<On<'_>>) -> Result<Vec<Row>, StoreError> {
        let rows = match on.into() {
            On::Sqlite(pool) => return Ok(Row::sqlite(self.sqlite().fetch_all(pool).await?)),
            On::SqliteIn(connection) => {
                return Ok(Row::sqlite(self.sqlite().fetch_all(connection).await?));
            }
            On::Postgres(pool) => within(self.postgres().fetch_all(pool)).await?,
            On::PostgresAlone(writer) => {
                let mut session = writer.session().await?;
                let done = within(self.postgres().fetch_all(session.begin()?)).await;
                session.end(done)?
            }
            On::PostgresIn(session) => {
                let done = within(self.postgres().fetch_all(session.begin()?)).await;
                session.end(done)?
            }
        };
        Ok(rows.into_iter().map(Row::Postgres).collect())
    }

    /// Runs it, and answers the one row that there may be.
    pub(super) async fn fetch_optional(self, on: impl Into<On<'_>>) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(on).await?.into_iter().next())
    }

    /// Runs it, and answers the one row that there must be.
    pub(super) async fn fetch_one(self, on: impl Into<On<'_>>) -> Result<Row, StoreError> {
        self.fetch_optional(on).await?.ok_or(StoreError::Failed(sqlx::Error::RowNotFound))
    }

    /// Runs it, and answers the first column of all rows.
    pub(super) async fn scalars<T: Column>(self, on: impl Into<On<'_>>) -> Result<Vec<T>, StoreError> {
        self.fetch_all(on).await?.iter().map(Row::first).collect()
    }

    /// Runs it, and answers the first column of the one row that there may be.
    pub(super) async fn scalar_optional<T: Column>(
        self,
        on: impl Into<On<'_>>,
    ) -> Result<Option<T>, StoreError> {
        self.fetch_optional(on).await?.as_ref().map(Row::first).transpose()
    }

    /// Runs it, and answers the first column of the one row that there must be.
    pub(super) async fn scalar<T: Column>(self, on: impl Into<On<'_>>) -> Result<T, StoreError> {
        self.fetch_one(on).await?.first()
    }

    fn sqlite(self) -> sqlx::query::Query<'static, Sqlite, SqliteArguments> {
        self.values.into_iter().fold(sqlx::query(self.sql), |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
        })
    }

    fn postgres(self) -> sqlx::query::Query<'static, Postgres, PgArguments> {
        self.values.into_iter().fold(sqlx::query(self.sql), |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
        })
    }
}

/// What both databases give as the same type.
pub(super) trait Column:
    Type<Sqlite> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + for<'r> Decode<'r, Postgres>
{
}

impl<T> Column for T where
    T: Type<Sqlite> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + for<'r> Decode<'r, Postgres>
{
}

impl Row {
    /// The value in the column of this name.
    pub(super) fn try_get<T: Column>(&self, name: &str) -> Result<T, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(name)?,
            Self::Postgres(row) => row.try_get(name)?,
        })
    }

    /// The text in the column of this name, in place.
    pub(super) fn text(&self, name: &str) -> Result<&str, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(name)?,
            Self::Postgres(row) => row.try_get(name)?,
        })
    }

    fn first<T: Column>(&self) -> Result<T, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(0)?,
            Self::Postgres(row) => row.try_get(0)?,
        })
    }

    fn sqlite(rows: Vec<SqliteRow>) -> Vec<Self> {
        rows.into_iter().map(Self::Sqlite).collect()
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::from(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::from(Some(value))
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::from(Some(value.clone()))
    }
}

impl From<Option<String>> for Value {
    /// Without the character NUL, which PostgreSQL's texts can't hold.
    fn from(value: Option<String>) -> Self {
        Self::Text(value.map(|text| if text.contains('\0') { text.replace('\0', "") } else { text }))
    }
}
