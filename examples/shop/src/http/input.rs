//! What a request brings, each part refused with a problem if it cannot be read.

use super::{Kind, Problem};
use crate::{catalogue::ProductId, order::OrderId};
use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, StatusCode, request::Parts},
};
use factum::{app::Dispatch, prelude::*, uuid::Uuid};
use serde::{Deserializer, de::DeserializeOwned, de::Error as _};
use serde_json::{Map, Value};
use std::convert::Infallible;

/// A JSON body: an object. That serde would read a list as the fields in their order is no part of the API.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Json(fields) = Json::<Map<String, Value>>::from_request(request, state).await.map_err(|why| {
            let kind = match why.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Kind::TooLarge,
                StatusCode::UNSUPPORTED_MEDIA_TYPE => Kind::MediaType,
                StatusCode::UNPROCESSABLE_ENTITY => Kind::Senseless,
                _ => Kind::Malformed,
            };
            Problem::new(kind, why.body_text())
        })?;
        let read = serde_json::from_value(Value::Object(fields)).map(Self);
        read.map_err(|why| Problem::new(Kind::Senseless, why.to_string()))
    }
}

/// A whole number. To JSON Schema, `14.0` is one.
pub(super) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    let is_whole = |float: &f64| float.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(float);
    let from_float = || number.as_f64().filter(is_whole).map(|float| float as u64);
    let whole = number.as_u64().or_else(from_float).and_then(|whole| whole.try_into().ok());
    whole.ok_or_else(|| D::Error::custom(format!("{number} is no whole number, or out of range")))
}

/// An order that the path names. What is no number of an order is a path to nowhere.
pub(super) struct OrderPath(pub(super) OrderId);

impl<S: Send + Sync> FromRequestParts<S> for OrderPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        order(&path::<String, S>(parts, state).await?).map(Self)
    }
}

/// A product that the path names.
pub(super) struct ProductPath(pub(super) ProductId);

impl<S: Send + Sync> FromRequestParts<S> for ProductPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        product(&path::<String, S>(parts, state).await?).map(Self)
    }
}

/// A product of a cart.
pub(super) struct ItemPath(pub(super) OrderId, pub(super) ProductId);

impl<S: Send + Sync> FromRequestParts<S> for ItemPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (cart, item) = path::<(String, String), S>(parts, state).await?;
        Ok(Self(order(&cart)?, product(&item)?))
    }
}

async fn path<T: DeserializeOwned + Send, S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<T, Problem> {
    let path = Path::from_request_parts(parts, state).await;
    path.map(|Path(path)| path).map_err(|why| Problem::new(Kind::Malformed, why.body_text()))
}

/// A UUID in its usual form, and in no other, so that each order has one path.
fn order(text: &str) -> Result<OrderId, Problem> {
    let uuid = Uuid::try_parse(text).ok().filter(|uuid| uuid.hyphenated().to_string() == text);
    uuid.map(OrderId).ok_or_else(no_order)
}

fn product(text: &str) -> Result<ProductId, Problem> {
    ProductId::parse(text).ok_or_else(no_product)
}

pub(super) fn no_order() -> Problem {
    Problem::new(Kind::NotFound, "there is no such order")
}

pub(super) fn no_product() -> Problem {
    Problem::new(Kind::NotFound, "there is no such product")
}

/// What `Idempotency-Key` says, apart from the keys of everybody else who sends commands.
pub(super) struct Key(pub(super) Option<String>);

/// A key has so many characters at most.
const LONGEST_KEY: usize = 200;

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(key) = only(&parts.headers, "idempotency-key")? else { return Ok(Self(None)) };
        match (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
            true => Ok(Self(Some(format!("http:{key}")))),
            false => Err(Problem::new(
                Kind::Malformed,
                format!("an Idempotency-Key has 1 to {LONGEST_KEY} printable characters and no spaces"),
            )),
        }
    }
}

/// The span of a trace that the request belongs to, and with it everything that comes of the request: the `traceparent` of
/// [W3C Trace Context](https://www.w3.org/TR/trace-context/). One that cannot be read is as good as none, it says there.
pub(super) struct Trace(Option<String>);

impl Trace {
    /// The command, as a part of that span.
    pub(super) fn of<C: Command>(self, sent: Dispatch<'_, C>) -> Dispatch<'_, C> {
        match self.0 {
            Some(traceparent) => sent.traceparent(traceparent),
            None => sent,
        }
    }

    fn is_one(text: &str) -> bool {
        let parts: Vec<_> = text.split('-').collect();
        let is_hex = |part: &&str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        parts.iter().map(|part| part.len()).eq([2, 32, 16, 2]) && parts.iter().all(is_hex) && parts[0] != "ff"
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Trace {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let traceparent = parts.headers.get("traceparent").and_then(|value| value.to_str().ok());
        Ok(Self(traceparent.filter(|text| Self::is_one(text)).map(str::to_owned)))
    }
}

/// A header that is there once at most, and is text.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let malformed = |what| Problem::new(Kind::Malformed, format!("the header {name} {what}"));
    if values.next().is_some() {
        return Err(malformed("is there more than once"));
    }
    value.to_str().map(Some).map_err(|_| malformed("has characters that are not ASCII"))
}

#[cfg(test)]
mod tests {
    use super::Trace;

    #[test]
    fn only_a_traceparent_is_one() {
        assert!(Trace::is_one("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        for other in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        ] {
            assert!(!Trace::is_one(other), "{other}");
        }
    }
}
