//! The style sheet, the scripts and the letters, as `scripts/assets` made them: part of the program, named by what
//! is in them, so that a browser may keep them for ever.
//!
//! Deliberately absent: compressing anything at run time.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::routes::{Row, Who};
use crate::problem::Problem;

/// A file as it is sent.
#[derive(Debug)]
struct Asset {
    /// What the templates call it.
    plain: &'static str,
    /// What it is called in its address.
    name: &'static str,
    bytes: &'static [u8],
    gzip: Option<&'static [u8]>,
    brotli: Option<&'static [u8]>,
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

pub(super) static ASSET: Row = Row::plain("get", "/assets/{name}", "asset", Who::Anyone, &[]);

/// The address of a file; none where there is no such file, which the tests of the templates find.
pub(super) fn address(plain: &str) -> Option<String> {
    ASSETS.iter().find(|asset| asset.plain == plain).map(|asset| format!("/assets/{}", asset.name))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether the browser takes a way of compressing.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let given = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(',').any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        name.trim() == coding && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

pub(super) async fn asset(Path(name): Path<String>, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "route_unknown").with("path", &uri.path()));
    };
    let packed = [("br", asset.brotli), ("gzip", asset.gzip)];
    let packed =
        packed.into_iter().find_map(|(coding, bytes)| Some((coding, bytes.filter(|_| takes(&headers, coding))?)));
    let mut response = packed.map_or(asset.bytes, |(_, bytes)| bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(asset.name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some((coding, _)) = packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_has_a_type_and_a_name_that_changes_with_it() {
        for asset in ASSETS {
            assert_ne!(media_type(asset.name), "application/octet-stream", "{}", asset.name);
            assert_ne!(asset.plain, asset.name);
            assert_eq!(asset.gzip.is_some(), !asset.name.ends_with(".woff2"), "{}", asset.name);
        }
        for plain in ["main.css", "main.js", "boot.js", "icon.svg", "licences.txt"] {
            assert!(address(plain).is_some(), "{plain}");
        }
        assert_eq!(address("nothing.css"), None);
    }

    #[test]
    fn nothing_of_the_original_brand_is_served() {
        let css = ASSETS.iter().find(|asset| asset.plain == "main.css").unwrap();
        let css = String::from_utf8_lossy(css.bytes).to_lowercase();
        for mark in ["gds transport", "crown", "crest"] {
            assert!(!css.contains(mark), "{mark}");
        }
        assert!(css.contains("noto sans"));
    }

    #[test]
    fn a_browser_gets_only_what_it_takes() {
        let headers =
            |text: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
        assert!(takes(&headers("gzip, deflate, br"), "br"));
        assert!(takes(&headers("gzip;q=0.5"), "gzip"));
        assert!(!takes(&headers("br;q=0, gzip"), "br"));
        assert!(!takes(&HeaderMap::new(), "gzip"));
    }
}
