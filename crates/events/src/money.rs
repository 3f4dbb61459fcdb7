//! Decimals, weights, currencies and money. Decimals are strings in JSON, never floats.
//!
//! No rounding happens here and nothing is converted between currencies.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::field_error::FieldError;

/// Most digits of a decimal; what `rust_decimal` holds without loss.
const DIGITS_MAX: usize = 28;
/// Amounts and weights stay below 10^18, so that sums over a whole ledger cannot overflow.
const LIMIT: Decimal = Decimal::from_parts(0xA764_0000, 0x0DE0_B6B3, 0, false, 0);
/// Rates stay below 10^9, so that a converted amount cannot overflow.
const RATE_LIMIT: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// Plain decimal notation only: no exponent, no sign but a leading minus, no `NaN`, no blanks.
fn decimal(text: &str) -> Result<Decimal, FieldError> {
    let malformed = || FieldError::new("malformed_decimal").with("value", text);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(malformed()),
        None => (digits, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(malformed());
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err(malformed());
    }
    if whole.len() + fraction.len() > DIGITS_MAX {
        return Err(FieldError::new("decimal_overflow").with("value", text));
    }
    Decimal::from_str(text).map_err(|_| FieldError::new("decimal_overflow").with("value", text))
}

macro_rules! decimal_type {
    ($(#[doc = $doc:expr])* $name:ident, $pattern:literal, $check:expr) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Decimal);

        impl $name {
            /// The number.
            pub fn value(self) -> Decimal {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = FieldError;
            fn from_str(text: &str) -> Result<Self, FieldError> {
                let value = decimal(text)?;
                let check: fn(Decimal) -> Option<&'static str> = $check;
                match check(value) {
                    None => Ok(Self(value)),
                    Some(code) => Err(FieldError::new(code).with("value", text)),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::parse_str(deserializer)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

decimal_type!(
    /// A measured value; may be negative.
    Quantity, "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$", |_| None
);
decimal_type!(
    /// How much a milestone or a commitment counts among its siblings; zero or more.
    Weight, "^(0|[1-9][0-9]*)(\\.[0-9]+)?$", |value| if value.is_sign_negative() { Some("negative_weight") } else { (value >= LIMIT).then_some("amount_too_large") }
);
decimal_type!(
    /// An exchange rate, or a share; more than zero.
    Rate, "^(0|[1-9][0-9]*)(\\.[0-9]+)?$", |value| if value <= Decimal::ZERO { Some("rate_not_positive") } else { (value >= RATE_LIMIT).then_some("amount_too_large") }
);

impl Weight {
    /// Weight one.
    pub const ONE: Self = Self(Decimal::ONE);
}

/// An ISO 4217 alphabetic code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    fn minor_digits(self) -> u32 {
        iso_currency::Currency::from_code(self.as_str()).and_then(|c| c.exponent()).map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let unknown = || FieldError::new("unknown_currency").with("value", text);
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| unknown())?;
        let known = iso_currency::Currency::from_code(text).ok_or_else(unknown)?;
        // Funds codes, metals and test codes have no minor unit: nothing is paid in them.
        known.exponent().ok_or_else(unknown)?;
        Ok(Self(code))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::parse_str(deserializer)
    }
}

impl schemars::JsonSchema for Currency {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Currency".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 alphabetic code" })
    }
}

/// An amount in a currency: zero or more, with no more decimals than the currency has (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Money {
    /// The amount, a decimal in a string.
    #[schemars(with = "Weight")]
    amount: Quantity,
    /// Its currency.
    currency: Currency,
}

impl Money {
    /// An amount in a currency, checked.
    pub fn new(amount: Quantity, currency: Currency) -> Result<Self, FieldError> {
        if amount.value().is_sign_negative() {
            return Err(FieldError::new("negative_amount").with("value", &amount.to_string()));
        }
        if amount.value() >= LIMIT {
            return Err(FieldError::new("amount_too_large").with("value", &amount.to_string()));
        }
        if amount.value().normalize().scale() > currency.minor_digits() {
            return Err(FieldError::new("amount_too_precise")
                .with("value", &amount.to_string())
                .with("currency", currency.as_str()));
        }
        Ok(Self { amount, currency })
    }

    /// An amount that a sum or difference of amounts in `currency` came to.
    pub(crate) fn of(amount: Decimal, currency: Currency) -> Self {
        Self { amount: Quantity(amount), currency }
    }

    /// The amount.
    pub fn amount(&self) -> Decimal {
        self.amount.value()
    }

    /// The currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }
}

impl<'de> serde::Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Parts {
            amount: Quantity,
            currency: Currency,
        }
        let parts = Parts::deserialize(deserializer)?;
        Self::new(parts.amount, parts.currency).map_err(serde::de::Error::custom)
    }
}

/// By how much an amount of money changes: above zero, or below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Delta {
    /// By how much, a decimal in a string.
    amount: Quantity,
    /// The currency.
    currency: Currency,
}

impl Delta {
    /// By how much; below zero where the amount shrinks.
    pub fn amount(&self) -> Decimal {
        self.amount.value()
    }

    /// The currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }
}

impl<'de> serde::Deserialize<'de> for Delta {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Parts {
            amount: Quantity,
            currency: Currency,
        }
        let Parts { amount, currency } = Parts::deserialize(deserializer)?;
        Money::new(Quantity(amount.value().abs()), currency).map_err(serde::de::Error::custom)?;
        Ok(Self { amount, currency })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: &str, currency: &str) -> Result<Money, String> {
        serde_json::from_value(serde_json::json!({ "amount": amount, "currency": currency }))
            .map_err(|e| FieldError::from_message(&e.to_string()).code)
    }

    #[test]
    fn a_decimal_is_kept_as_it_was_written() {
        assert_eq!(money("2200000000.50", "USD").unwrap().to_string(), "2200000000.50 USD");
    }

    #[test]
    fn bad_money_is_refused_with_a_code() {
        for (amount, currency, code) in [
            ("-1", "USD", "negative_amount"),
            ("NaN", "USD", "malformed_decimal"),
            ("Infinity", "USD", "malformed_decimal"),
            ("1e9", "USD", "malformed_decimal"),
            ("1.", "USD", "malformed_decimal"),
            (" 1", "USD", "malformed_decimal"),
            ("007", "USD", "malformed_decimal"),
            ("99999999999999999999999999999999", "USD", "decimal_overflow"),
            ("79228162514264337593543950336", "USD", "decimal_overflow"),
            ("1000000000000000000", "EUR", "amount_too_large"),
            ("1.005", "EUR", "amount_too_precise"),
            ("1.5", "JPY", "amount_too_precise"),
            ("1", "ZZZ", "unknown_currency"),
            ("1", "usd", "unknown_currency"),
            ("1", "XAU", "unknown_currency"),
        ] {
            assert_eq!(money(amount, currency).unwrap_err(), code, "{amount} {currency}");
        }
    }

    #[test]
    fn a_float_is_not_money() {
        let error = serde_json::from_str::<Money>(r#"{"amount": 1.5, "currency": "USD"}"#).unwrap_err().to_string();
        assert_eq!(FieldError::from_message(&error).code, "invalid_field");
    }
}
