//! Money, in whole micro-dollars, so that a day's small prices add up exactly.

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Micro-dollars in a dollar.
const PER_DOLLAR: u64 = 1_000_000;
/// Decimal places of a dollar that a micro-dollar can show.
const PLACES: usize = 6;

/// An amount of money in millionths of a US dollar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicroDollars(pub u64);

/// A text that isn't an amount of dollars such as `5` or `0.005`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an amount of dollars with at most six decimal places")]
pub struct BadAmount;

impl MicroDollars {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Both amounts together, held to the greatest amount there is.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left when `other` is taken away; nothing if that is more.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// So many hundredths of it, rounded down.
    #[must_use]
    pub const fn percent(self, percent: u64) -> Self {
        Self((self.0 / 100).saturating_mul(percent).saturating_add(self.0 % 100 * percent / 100))
    }

    /// So many of it.
    #[must_use]
    pub fn times(self, count: usize) -> Self {
        Self(self.0.saturating_mul(u64::try_from(count).unwrap_or(u64::MAX)))
    }

    /// How many things at `price` it buys; `usize::MAX` of what costs nothing.
    #[must_use]
    pub fn buys(self, price: Self) -> usize {
        self.0.checked_div(price.0).map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX))
    }
}

impl Sum for MicroDollars {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::plus)
    }
}

/// As dollars, with two decimal places or as many as it takes: `$5.00`, `$0.005`.
impl fmt::Display for MicroDollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = format!("{:06}", self.0 % PER_DOLLAR);
        let shown = fraction.trim_end_matches('0').len().max(2);
        write!(f, "${}.{}", self.0 / PER_DOLLAR, &fraction[..shown])
    }
}

/// From dollars as a setting has them: `5`, `0.005`, `$1.50`.
impl FromStr for MicroDollars {
    type Err = BadAmount;

    fn from_str(text: &str) -> Result<Self, BadAmount> {
        let text = text.trim();
        let text = text.strip_prefix('$').unwrap_or(text);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > PLACES {
            return Err(BadAmount);
        }
        let whole: u64 = whole.parse().map_err(|_| BadAmount)?;
        let fraction: u64 = format!("{fraction:0<PLACES$}").parse().map_err(|_| BadAmount)?;
        let micro = whole.checked_mul(PER_DOLLAR).and_then(|micro| micro.checked_add(fraction));
        micro.map(Self).ok_or(BadAmount)
    }
}
