//! Tables of documents before and after.

use toml_edit::DocumentMut;

use super::*;

fn table(text: &str) -> Table {
    text.parse::<DocumentMut>()
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
        .into_table()
}

/// What stands in the document, what the model read, what it wants now, what must be written.
#[test]
fn new_values_keep_what_a_person_wrote() {
    let rows: &[(&str, &str, &str, &str, &str)] = &[
        (
            "a value, its comments and the ones around it",
            "# top\na = 1 # one\n\n# about b\nb = 'x' # end\n# last\n",
            "a = 1\nb = 'x'\n",
            "a = 2\nb = 'x'\n",
            "# top\na = 2 # one\n\n# about b\nb = 'x' # end\n# last\n",
        ),
        (
            "unknown keys and tables stay, known ones that are gone go",
            "a = 1\nmine = true # keep\ngone = 3\n\n[t]\nk = 1\nmine = 2\n\n[mine-too]\nz = 1\n",
            "a = 1\ngone = 3\n[t]\nk = 1\n",
            "a = 1\n",
            "a = 1\nmine = true # keep\n\n[t]\nmine = 2\n\n[mine-too]\nz = 1\n",
        ),
        (
            "a table that has nothing left goes",
            "a = 1\n\n[t]\nk = 1\n",
            "a = 1\n[t]\nk = 1\n",
            "a = 1\n",
            "a = 1\n",
        ),
        (
            "spelling of what did not change",
            "n = 0x10\ns = \"\\u0041\"\nl = [ 1,\n  2 ]\n",
            "n = 16\ns = 'A'\nl = [1, 2]\nc = 1\n",
            "n = 16\ns = 'A'\nl = [1, 2]\nc = 2\n",
            "n = 0x10\ns = \"\\u0041\"\nl = [ 1,\n  2 ]\nc = 2\n",
        ),
        (
            "inline tables stay inline",
            "place = { region = 'us-east-1' } # here\n",
            "[place]\nregion = 'us-east-1'\n",
            "[place]\ndomain = 'a.b'\n",
            "place = { domain = 'a.b' } # here\n",
        ),
        (
            "rows by name, with their comments and unknown keys",
            "[[row]]\n# first\nname = 'a'\nvalue = '1'\nnote = 'mine'\n\n# about b\n[[row]]\nname = 'b'\nvalue = '2' # two\n",
            "[[row]]\nname = 'a'\nvalue = '1'\n[[row]]\nname = 'b'\nvalue = '2'\n",
            "[[row]]\nname = 'b'\nvalue = '3'\n[[row]]\nname = 'a'\nvalue = '1'\n",
            "\n# about b\n[[row]]\nname = 'b'\nvalue = '3' # two\n[[row]]\n# first\nname = 'a'\nvalue = '1'\nnote = 'mine'\n",
        ),
        (
            "a row more, a row less, in their place in the document",
            "[[row]]\nname = 'a'\n\n[[row]]\nname = 'b'\n\n[after]\nx = 1\n",
            "[[row]]\nname = 'a'\n[[row]]\nname = 'b'\n[after]\nx = 1\n",
            "[[row]]\nname = 'b'\n[[row]]\nname = 'c'\n[after]\nx = 1\n",
            "\n[[row]]\nname = 'b'\n[[row]]\nname = 'c'\n\n[after]\nx = 1\n",
        ),
        (
            "a list over several lines stays one",
            "l = [\n  'a', # first\n  'b',\n]\n",
            "l = ['a', 'b']\n",
            "l = ['a', 'c']\n",
            "l = [\n  'a', # first\n  'c',\n]\n",
        ),
        (
            "rows written inline",
            "rows = [{ name = 'a', value = '1', mine = 2 }]\n",
            "[[rows]]\nname = 'a'\nvalue = '1'\n",
            "[[rows]]\nname = 'a'\nvalue = '2'\n",
            "rows = [{ name = 'a', value = '2', mine = 2 }]\n",
        ),
        (
            "the last row goes",
            "[t]\na = 1\n[[t.rows]]\nname = 'a'\n",
            "[t]\na = 1\n[[t.rows]]\nname = 'a'\n",
            "[t]\na = 1\nrows = []\n",
            "[t]\na = 1\nrows = []\n",
        ),
        (
            "an empty list becomes rows",
            "rows = []\na = 1\n",
            "a = 1\n",
            "a = 1\n[[rows]]\nname = 'a'\n",
            "a = 1\n[[rows]]\nname = 'a'\n",
        ),
    ];
    for (what, document, old, new, expected) in rows {
        let mut target = document.parse::<DocumentMut>().expect("TOML");
        let (old, new) = (table(old), table(new));
        apply(target.as_table_mut(), &old, &new);
        let written = target.to_string();
        assert_eq!(&written, expected, "{what}\n--- written ---\n{written}");
        // The same once more changes nothing.
        let again = table(&written);
        apply(target.as_table_mut(), &again, &again);
        assert_eq!(target.to_string(), written, "{what}: twice");
    }
}

#[test]
fn the_same_place_on_both_sides_is_a_conflict() {
    let base = "a = 1\nb = 1\nl = [1]\n[t]\nx = 1\ny = 1\n";
    for (ours, theirs, expected) in [
        (
            "a = 2\nb = 1\nl = [1]\n[t]\nx = 1\ny = 1\n",
            "a = 1\nb = 2\nl = [1]\n[t]\nx = 1\ny = 1\n",
            false,
        ),
        (
            "a = 2\nb = 1\nl = [1]\n[t]\nx = 1\ny = 1\n",
            "a = 3\nb = 1\nl = [1]\n[t]\nx = 1\ny = 1\n",
            true,
        ),
        (
            "a = 2\nb = 1\nl = [1]\n[t]\nx = 1\ny = 1\n",
            "a = 2\nb = 1\nl = [1]\n[t]\nx = 1\ny = 1\n",
            false,
        ),
        (
            "a = 2\nb = 1\nl = [1]\n[t]\nx = 1\ny = 1\n",
            "b = 1\nl = [1]\n[t]\nx = 1\ny = 1\n",
            true,
        ),
        (
            "b = 1\nl = [1]\n[t]\nx = 1\ny = 1\n",
            "b = 1\nl = [1]\n[t]\nx = 1\ny = 1\n",
            false,
        ),
        (
            "a = 1\nb = 1\nl = [1]\n[t]\nx = 2\ny = 1\n",
            "a = 1\nb = 1\nl = [1]\n[t]\nx = 1\ny = 2\n",
            false,
        ),
        (
            "a = 1\nb = 1\nl = [1]\n[t]\nx = 2\ny = 1\n",
            "a = 1\nb = 1\nl = [1]\n",
            true,
        ),
        (
            "a = 1\nb = 1\nl = [1, 2]\n[t]\nx = 1\ny = 1\n",
            "a = 1\nb = 1\nl = [1, 3]\n[t]\nx = 1\ny = 1\n",
            true,
        ),
        (
            "a = 1\nb = 1\nl = [1]\nn = 1\n[t]\nx = 1\ny = 1\n",
            "a = 1\nb = 1\nl = [1]\nn = 2\n[t]\nx = 1\ny = 1\n",
            true,
        ),
        (
            "a = 1\nb = 1\nl = [1]\n[t]\nx = 1\ny = 1\n",
            "a = 9\nb = 9\nl = [9]\n[t]\nx = 9\ny = 9\n",
            false,
        ),
    ] {
        let base = table(base);
        assert_eq!(
            conflict(&base, &table(ours), &base, &table(theirs)),
            expected,
            "ours:\n{ours}\ntheirs:\n{theirs}"
        );
    }
}
