//! `ETag`, `If-Match` and `If-None-Match`: an entity tag is a version.

use super::{Kind, Problem, input::only};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use factum::{ExpectedVersion, StreamVersion};

/// What `If-Match` asks for.
pub(super) struct IfMatch(pub(super) Option<ExpectedVersion>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(tag) = only(&parts.headers, "if-match")? else { return Ok(Self(None)) };
        if tag.trim() == "*" {
            return Ok(Self(Some(ExpectedVersion::StreamExists)));
        }
        let malformed = || Problem::new(Kind::Malformed, "If-Match is * or one entity tag, such as \"3\"");
        let opaque = opaque(tag).ok_or_else(malformed)?;
        // A tag that this shop has never given matches nothing, as no stream has that many events.
        let version = version(opaque).unwrap_or(u64::MAX >> 1);
        Ok(Self(Some(ExpectedVersion::Exact(StreamVersion::new(version)))))
    }
}

/// What is between the quotes of a strong entity tag.
fn opaque(tag: &str) -> Option<&str> {
    let opaque = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    opaque.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"').then_some(opaque)
}

/// A version, written as this shop writes it.
fn version(opaque: &str) -> Option<u64> {
    opaque.parse().ok().filter(|version: &u64| version.to_string() == opaque)
}

/// The response, with its version; or that the client has it already.
pub(super) fn tagged(version: u64, headers: &HeaderMap, response: impl IntoResponse) -> Response {
    let has = |value: &HeaderValue| {
        let tags = value.to_str().unwrap_or_default();
        tags.trim() == "*"
            || tags.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag(version))
    };
    match headers.get_all(header::IF_NONE_MATCH).iter().any(has) {
        true => with_tag(version, StatusCode::NOT_MODIFIED),
        false => with_tag(version, response),
    }
}

/// The response, with its version.
pub(super) fn with_tag(version: u64, response: impl IntoResponse) -> Response {
    ([(header::ETAG, etag(version))], response).into_response()
}

fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

#[cfg(test)]
mod tests {
    use super::{opaque, version};

    #[test]
    fn a_version_has_one_tag() {
        assert_eq!(opaque(" \"3\" ").and_then(version), Some(3));
        for other in ["\"03\"", "\"+3\"", "\"x\"", "\"\"", "\"18446744073709551616\""] {
            assert_eq!(opaque(other).and_then(version), None, "{other}");
        }
        for no_tag in ["3", "\"3", "W/\"3\"", "\"3\", \"4\"", "\"", ""] {
            assert_eq!(opaque(no_tag), None, "{no_tag}");
        }
    }
}
