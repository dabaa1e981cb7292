use factum_core::Timestamp;
use http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use std::time::Duration;

/// What an endpoint has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The pause that it has asked for.
    pub(super) pause: Option<Duration>,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It has the message.
    Taken,
    /// It does not want it, now or later.
    Refused,
    /// It may want it later.
    Later,
}

impl Answer {
    pub(super) fn new(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Self {
        let text = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        Self { status, pause: text.and_then(|text| pause(text.trim(), now)) }
    }

    /// Where a redirect leads is not looked at. It is no matter of the one message, but of the endpoint, and so is a status
    /// that nobody knows.
    pub(super) fn meaning(self) -> Meaning {
        match self.status {
            status if status.is_success() => Meaning::Taken,
            StatusCode::REQUEST_TIMEOUT
            | StatusCode::CONFLICT
            | StatusCode::TOO_EARLY
            | StatusCode::TOO_MANY_REQUESTS => Meaning::Later,
            status if status.is_client_error() => Meaning::Refused,
            _ => Meaning::Later,
        }
    }
}

/// Seconds, or a date ([RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
fn pause(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    (until.to_utc() - now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::{Answer, Meaning};
    use http::{HeaderMap, HeaderValue, StatusCode};
    use std::time::Duration;

    fn answer(status: u16, retry_after: Option<&'static str>) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert("retry-after", HeaderValue::from_static(value));
        }
        Answer::new(StatusCode::from_u16(status).unwrap(), &headers, "2026-01-02T03:04:05Z".parse().unwrap())
    }

    #[test]
    fn what_a_status_means() {
        for (statuses, meaning) in [
            (&[200, 201, 202, 204, 299][..], Meaning::Taken),
            (&[400, 401, 403, 404, 405, 410, 413, 415, 422, 451], Meaning::Refused),
            (
                &[408, 409, 425, 429, 500, 502, 503, 504, 599, 301, 302, 307, 308, 304, 600, 999],
                Meaning::Later,
            ),
        ] {
            for &status in statuses {
                assert_eq!(answer(status, None).meaning(), meaning, "{status}");
            }
        }
    }

    #[test]
    fn which_pause_it_asks_for() {
        for (header, seconds) in [
            ("120", Some(120)),
            ("0", Some(0)),
            ("Fri, 02 Jan 2026 03:05:05 GMT", Some(60)),
            // Now, or before.
            ("Fri, 02 Jan 2026 03:04:04 GMT", None),
            ("-1", None),
            ("soon", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(answer(503, Some(header)).pause, seconds.map(Duration::from_secs), "{header}");
        }
        assert_eq!(answer(503, None).pause, None);
    }
}
