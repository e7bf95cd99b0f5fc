//! What must hold for the tokens: contrast of words and marks on their grounds.

use super::*;

#[test]
fn every_text_can_be_read_on_every_ground_it_stands_on() {
    let mut weak = Vec::new();
    for (name, palette) in [("dark", DARK), ("light", LIGHT)] {
        let p = palette;
        let grounds = [
            ("ground", p.ground),
            ("panel", p.panel),
            ("raised", p.raised),
            ("hover", p.hover),
        ];
        let texts = [
            ("text", p.text),
            ("secondary", p.secondary),
            ("faint", p.faint),
            ("accent", p.accent),
            ("leg A", p.leg_a),
            ("leg B", p.leg_b),
            ("ok", p.ok),
            ("info", p.info),
            ("warn", p.warn),
            ("bad", p.bad),
        ];
        let json = [
            ("key", p.json_key),
            ("string", p.json_string),
            ("number", p.json_number),
            ("literal", p.json_literal),
        ];
        let mut pairs = Vec::new();
        for (text, colour) in texts {
            for (ground, fill) in grounds {
                pairs.push((text, colour, ground, fill));
            }
        }
        for (text, colour) in json {
            for (ground, fill) in [
                ("ground", p.ground),
                ("panel", p.panel),
                ("selection", p.selection),
                ("found", p.found),
                ("found current", p.found_current),
                ("changed", p.diff_changed),
                ("added", p.diff_added),
                ("removed", p.diff_removed),
            ] {
                pairs.push((text, colour, ground, fill));
            }
        }
        for (fill_name, fill, colour) in [
            ("ok fill", p.ok_fill, p.ok),
            ("info fill", p.info_fill, p.info),
            ("warn fill", p.warn_fill, p.warn),
            ("bad fill", p.bad_fill, p.bad),
        ] {
            pairs.push(("its colour", colour, fill_name, fill));
            pairs.push(("text", p.text, fill_name, fill));
            pairs.push(("secondary", p.secondary, fill_name, fill));
            pairs.push(("accent", p.accent, fill_name, fill));
        }
        for (ground, fill) in [
            ("changed", p.diff_changed),
            ("added", p.diff_added),
            ("removed", p.diff_removed),
        ] {
            pairs.push(("text", p.text, ground, fill));
            pairs.push(("secondary", p.secondary, ground, fill));
            pairs.push(("accent", p.accent, ground, fill));
        }
        for (badge, fill) in [
            ("accent", p.accent),
            ("leg A", p.leg_a),
            ("leg B", p.leg_b),
            ("ok", p.ok),
            ("info", p.info),
            ("warn", p.warn),
            ("bad", p.bad),
        ] {
            pairs.push(("on badge", p.on_badge, badge, fill));
        }
        pairs.push(("text", p.text, "selection", p.selection));
        pairs.push(("accent", p.accent, "selection", p.selection));
        pairs.push(("on accent", p.on_accent, "accent", p.accent));
        for (text, colour, ground, fill) in pairs {
            let ratio = contrast(colour, fill);
            if ratio < 4.5 {
                weak.push(format!("{name}: {text} on {ground}: {ratio:.2}"));
            }
        }
    }
    assert!(weak.is_empty(), "contrast under 4.5:\n{}", weak.join("\n"));
}

#[test]
fn contrast_is_the_one_of_the_standard() {
    assert!((contrast(rgb(0, 0, 0), rgb(255, 255, 255)) - 21.0).abs() < 0.01);
    assert!((contrast(rgb(0x77, 0x77, 0x77), rgb(255, 255, 255)) - 4.48).abs() < 0.01);
}
