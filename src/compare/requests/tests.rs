//! URLs taken apart. Whole requests are compared in the tests of the comparison.

use super::*;

#[test]
fn urls_are_taken_apart_without_respelling() {
    let table = [
        (
            "https://Host:8443/a/../b?x=1&y",
            "https://host:8443",
            "/a/../b",
            "x=1&y",
        ),
        ("https://host", "https://host", "", ""),
        ("https://host?x", "https://host", "", "x"),
        ("/a?b?c#d", "", "/a", "b?c"),
    ];
    for (url, origin, path, query) in table {
        let address = Address::of(url);
        assert_eq!(
            (
                address.origin.as_str(),
                address.path.as_str(),
                address.query.as_str()
            ),
            (origin, path, query),
            "{url}"
        );
    }
}
