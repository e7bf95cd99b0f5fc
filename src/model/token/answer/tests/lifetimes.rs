//! What `expires_in` is taken for: facts/peers.md case 56.

use super::*;

#[test]
fn lifetimes() {
    for (expires_in, seconds, remark) in [
        (r#","expires_in":3600"#, 3_600, ""),
        (r#","expires_in":86399"#, 86_399, ""),
        (r#","expires_in":"3600""#, 3_600, "read as a number"),
        (r#","expires_in":" 3600 ""#, 3_600, "read as a number"),
        (r#","expires_in":0"#, 0, "used once"),
        (r#","expires_in":"0""#, 0, "used once"),
        (r#","expires_in":-1"#, 0, "used once"),
        ("", 300, "names no `expires_in`"),
        (r#","expires_in":null"#, 300, "names no `expires_in`"),
        (r#","expires_in":"soon""#, 300, "not a number"),
        (r#","expires_in":"NaN""#, 300, "not a number"),
        (r#","expires_in":true"#, 300, "not a number"),
        (r#","expires_in":[1]"#, 300, "not a number"),
        (r#","expires_in":1e9"#, 172_800, "48 h are assumed"),
        (r#","expires_in":1e400"#, 172_800, "48 h are assumed"),
        (r#","expires_in":172800"#, 172_800, ""),
        (
            r#","expires_in":12345678901234567890123"#,
            172_800,
            "48 h are assumed",
        ),
    ] {
        let body = format!(r#"{{"access_token":"abc","token_type":"bearer"{expires_in}}}"#);
        let token = read(DIRECT, 200, &[], &body).expect("a token");
        let lifetime = token.expires_at.expect("an end").as_second() - at().as_second();
        assert_eq!(lifetime, seconds, "{expires_in}");
        let remarks = token.remarks.join("; ");
        assert_eq!(
            remarks.is_empty(),
            remark.is_empty(),
            "{expires_in}: {remarks}"
        );
        assert!(remarks.contains(remark), "{expires_in}: {remarks}");
        assert!(!token.pasted);
        assert_eq!(token.is_fresh(at()), seconds > 0, "{expires_in}");
    }
}
