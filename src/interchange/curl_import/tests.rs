//! Commands as people paste them: words of each shell, each option, and what cannot be read.

mod known_options;
mod options_table;

use proptest::prelude::*;

use super::words::{Shell, split};
use super::*;
use crate::model::request::{DraftBody, PartValue, RequestAuth, RequestDraft};
use crate::model::secret::SecretName;

fn words(text: &str, shell: Shell) -> Vec<String> {
    let line = split(text, shell).unwrap_or_else(|error| panic!("{text}: {error}"));
    line.commands
        .into_iter()
        .flat_map(|command| command.words)
        .map(|word| word.text)
        .collect()
}

fn one(text: &str) -> RequestDraft {
    let imported = import(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(imported.requests.len(), 1, "{text}");
    imported.requests[0].draft.clone()
}

#[test]
fn words_are_those_of_the_shell() {
    for (shell, text, expected) in [
        (Shell::Posix, "a 'it'\\''s' b", vec!["a", "it's", "b"]),
        (
            Shell::Posix,
            "$'a\\'b\\u00e9\\n\\x41\\101'",
            vec!["a'bé\nAA"],
        ),
        (
            Shell::Posix,
            "\"a \\\"b\\\" \\x $\" ''",
            vec!["a \"b\" \\x $", ""],
        ),
        (Shell::Posix, "a \\\n  b \\\r\n c", vec!["a", "b", "c"]),
        (Shell::Posix, "a\r\nb # c\nd#e", vec!["a", "b", "d#e"]),
        (
            Shell::Posix,
            "\"$HOST/x\" ${TOKEN:?}",
            vec!["{{HOST}}/x", "{{secret.TOKEN}}"],
        ),
        (Shell::Posix, "a > file 2>&1 b", vec!["a", "b"]),
        (Shell::Posix, "a ü\\ b", vec!["a", "ü b"]),
        (
            Shell::Cmd,
            "a ^\"b c^\" \"d \\\"e\\\"\" \"f \"\"g\"\"\"",
            vec!["a", "b c", "d \"e\"", "f \"g\""],
        ),
        (Shell::Cmd, "a ^\r\n b ^& c", vec!["a", "b", "&", "c"]),
        (Shell::Cmd, "^\"x^\n\ny^\"", vec!["x\ny"]),
        (
            Shell::Cmd,
            "\"%HOST%\" 50% %%",
            vec!["{{HOST}}", "50%", "%"],
        ),
        (Shell::Cmd, "\"c:\\dir\\\\\" b", vec!["c:\\dir\\", "b"]),
        (
            Shell::Power,
            "a 'it''s' \"b `\"c`\" \"\"d\"\"\" `\n e",
            vec!["a", "it's", "b \"c\" \"d\"", "e"],
        ),
        (
            Shell::Power,
            "\"$env:HOST/x\" $token",
            vec!["{{HOST}}/x", "{{secret.token}}"],
        ),
        (
            Shell::Power,
            "a @'\n{\"b\": 1}\n'@ c",
            vec!["a", "{\"b\": 1}", "c"],
        ),
        (Shell::Power, "a (arg 'b \"c\"')", vec!["a", "b \"c\""]),
    ] {
        assert_eq!(words(text, shell), expected, "{shell:?}: {text}");
    }
}

#[test]
fn each_option_becomes_part_of_the_request() {
    let header = |draft: &RequestDraft, name: &str| {
        draft
            .headers
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.value.clone())
    };
    for (options, method) in [
        ("", "GET"),
        ("-XPOST", "POST"),
        ("-sSLkX PUT", "PUT"),
        ("-I", "HEAD"),
        ("-d ''", "POST"),
        ("-d a=b", "POST"),
        ("-G -d a=b", "GET"),
        ("-T file", "PUT"),
        ("--json '{}'", "POST"),
        ("-F a=b", "POST"),
        ("-X DELETE -d a", "DELETE"),
        ("--request OPTIONS", "OPTIONS"),
    ] {
        assert_eq!(
            one(&format!("curl {options} https://h.example/a")).method,
            method,
            "{options}"
        );
    }
    let text = |body: &DraftBody| match body {
        DraftBody::Json { text } | DraftBody::Text { text, .. } => text.clone(),
        DraftBody::Form { rows } => rows.iter().fold(String::new(), |text, row| {
            let value = row.value.as_deref().unwrap_or("-");
            text + &format!("[{}={value}]", row.name)
        }),
        DraftBody::File { path, .. } => format!("@{path}"),
        DraftBody::Multipart { rows } => rows
            .iter()
            .map(|row| match &row.value {
                PartValue::Text(value) => format!("[{}={value};{}]", row.name, row.content_type),
                PartValue::File { path, file_name } => {
                    format!("[{}=@{path};{file_name};{}]", row.name, row.content_type)
                }
            })
            .collect(),
        DraftBody::None => String::new(),
    };
    for (options, expected) in [
        ("-d a=b -d c=d", "[a=b][c=d]"),
        ("-d 'a=b c'", "a=b c"),
        ("--data-raw @x", "@x"),
        ("--data-binary @f", "@f"),
        ("-d@f", "@f"),
        ("--data-urlencode 'a=b c'", "[a=b c]"),
        ("--data-urlencode '=x y'", "[x y=-]"),
        ("--data-urlencode 'ä'", "[ä=-]"),
        ("--data-urlencode name@file", "@file"),
        ("--json '{\"a\":1}' --json '[]'", "{\"a\":1}[]"),
        (
            "-H 'Content-Type: application/json' -d '{\"a\": 1}'",
            "{\"a\": 1}",
        ),
        ("-H 'content-type: text/xml' -d '<a/>'", "<a/>"),
        ("-F 'a=@f;type=x/y' -F 'b=c;d'", "[a=@f;;x/y][b=c;]"),
        (
            "-F 'a=@\"f;1\";filename=\"n \\\"q\\\"\"'",
            "[a=@f;1;n \"q\";]",
        ),
        ("--form-string 'a=@b;type=c'", "[a=@b;type=c;]"),
        ("-T file", "@file"),
    ] {
        assert_eq!(
            text(&one(&format!("curl {options} https://h.example/a")).body),
            expected,
            "{options}"
        );
    }
    for (options, name, expected) in [
        ("-A agent/1", "User-Agent", Some("agent/1")),
        ("-e https://r/", "Referer", Some("https://r/")),
        ("-b a=b -b c=d", "Cookie", Some("{{secret.Cookie}}")),
        ("-H 'X-Empty;'", "X-Empty", Some("")),
        ("-H 'Accept:'", "Accept", None),
        ("-r 0-9", "Range", Some("bytes=0-9")),
        ("--json '{}'", "Accept", Some("application/json")),
        ("-H 'X-A:  b  '", "X-A", Some("b")),
    ] {
        let draft = one(&format!("curl {options} https://h.example/a"));
        let value = header(&draft, name);
        // How a secret is named is the work of `model::literal`.
        if name == "Cookie" {
            assert!(
                value.is_some_and(|value| value.contains("{{secret.")),
                "{options}"
            );
        } else {
            assert_eq!(value.as_deref(), expected, "{options}");
        }
    }
}

#[test]
fn urls_give_path_query_origin_and_environment() {
    for (url, origin, path, query, environments) in [
        (
            "'https://h.example/a?b=c&d'",
            Some("https://h.example"),
            "/a",
            2,
            0,
        ),
        ("h.example:8080", Some("http://h.example:8080"), "/", 0, 0),
        (
            "--url https://api.mypurecloud.com/api/v2/users",
            Some("https://api.mypurecloud.com"),
            "/api/v2/users",
            0,
            1,
        ),
        (
            "https://abc.execute-api.us-east-1.amazonaws.com/test/apipath/api/v2/users?pageSize=5",
            Some("https://abc.execute-api.us-east-1.amazonaws.com"),
            "/api/v2/users",
            1,
            1,
        ),
        ("$HOST/a", None, "{{HOST}}/a", 0, 0),
        (
            "\"https://api.mypurecloud.com/api/v2/users/$ID?state=$STATE\"",
            Some("https://api.mypurecloud.com"),
            "/api/v2/users/{{ID}}",
            1,
            1,
        ),
    ] {
        let imported =
            import(&format!("curl {url}")).unwrap_or_else(|error| panic!("{url}: {error}"));
        let request = &imported.requests[0];
        assert_eq!(request.origin.as_deref(), origin, "{url}");
        assert_eq!(request.draft.path, path, "{url}");
        assert_eq!(request.draft.query.len(), query, "{url}");
        assert_eq!(imported.environments.len(), environments, "{url}");
        assert_eq!(request.environment.is_some(), environments == 1, "{url}");
    }
}

#[test]
fn credentials_go_to_the_secrets_with_their_origin() {
    for (options, value) in [
        ("-H 'Authorization: Bearer kestrel'", "kestrel"),
        ("--oauth2-bearer kestrel", "kestrel"),
        ("-u user:kestrel:x", "kestrel:x"),
        ("-H 'x-api-key: kestrel'", "kestrel"),
        ("--data client_secret=kestrel", "kestrel"),
        ("-d '{\"client_secret\":\"kestrel\"}'", "kestrel"),
    ] {
        let text = format!("curl {options} https://api.mypurecloud.com/api/v2/users");
        let imported = import(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let [secret] = imported.secrets.as_slice() else {
            panic!("{options}: {:?}", imported.secrets);
        };
        assert_eq!(secret.value.expose(), value, "{options}");
        assert_eq!(secret.origins, ["https://api.mypurecloud.com"], "{options}");
        let SecretName::Variable(name) = &secret.name else {
            panic!("{options}");
        };
        let variables = &imported.environments[0].variables;
        assert!(
            variables
                .iter()
                .any(|variable| variable.name == *name && variable.secret),
            "{options}"
        );
        let mut texts = String::new();
        imported.requests[0]
            .draft
            .for_each_text(&mut |text| texts.push_str(text));
        assert!(!texts.contains("kestrel"), "{options}: {texts}");
        assert!(
            texts.contains(&format!("{{{{secret.{name}}}}}")),
            "{options}: {texts}"
        );
    }
}

#[test]
fn files_wait_and_what_is_left_out_is_listed() {
    let imported = import("curl -k --aws-sigv4 aws:amz -E cert.pem --cacert ca.pem -b jar -H @headers -d @body --future 7 -K conf https://h.example/")
        .expect("a request");
    let files: Vec<&str> = imported
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(files, ["body"], "what is never opened waits for nothing");
    let ignored: Vec<&str> = imported
        .ignored
        .iter()
        .map(|one| one.what.as_str())
        .collect();
    for option in [
        "--insecure",
        "--aws-sigv4",
        "--cert",
        "--cacert",
        "--future",
        "--config",
        "--header with a file",
    ] {
        assert!(ignored.contains(&option), "{option} not in {ignored:?}");
    }
}

#[test]
fn copied_prompts_are_no_redirections() {
    for (text, rest) in [
        (
            "$ curl 'https://api.mypurecloud.com/x' \\\n>   -H 'Authorization: Bearer kestrel' \\\n> -d '{\"a\":1}'",
            "{\"a\":1}",
        ),
        (
            "curl 'https://api.mypurecloud.com/x' \\\n> -H 'Authorization: Bearer kestrel' \\\n> --data-raw '{\"a\":1}' \\\n> > out.json",
            "{\"a\":1}",
        ),
        (
            "me@host:~$ curl https://api.mypurecloud.com/x -H 'Authorization: Bearer kestrel' -d '{\n>   \"a\": 1\n> }'",
            "{\n  \"a\": 1\n}",
        ),
        (
            "% curl https://api.mypurecloud.com/x -H \"Authorization: Bearer kestrel\" -d '{\nquote> \"a\":1}'",
            "{\n\"a\":1}",
        ),
        (
            "PS C:\\> curl.exe \"https://api.mypurecloud.com/x\" `\n>>  -H \"Authorization: Bearer kestrel\" `\n>> -d \"{`\"a`\":1}\"",
            "{\"a\":1}",
        ),
        (
            "C:\\Users\\me>curl \"https://api.mypurecloud.com/x\" ^\r\nMore? -H \"Authorization: Bearer kestrel\" -d \"{\\\"a\\\":1}\"",
            "{\"a\":1}",
        ),
    ] {
        let imported = import(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let [request] = imported.requests.as_slice() else {
            panic!("{text}: {:?}", imported.requests);
        };
        assert_eq!(request.draft.path, "/x", "{text}");
        assert_eq!(request.draft.body.text(), Some(rest), "{text}");
        assert_eq!(imported.secrets.len(), 1, "{text}");
        assert_eq!(imported.secrets[0].value.expose(), "kestrel", "{text}");
    }
    // Without a prompt they are what they are.
    let imported = import("curl https://h.example/a \\\n> out.json").expect("a request");
    assert_eq!(imported.requests.len(), 1);
    assert_eq!(imported.ignored, []);
}

#[test]
fn words_that_are_no_urls_are_told_by_their_place_alone() {
    for text in [
        "curl https://api.mypurecloud.com/x 'Authorization: Bearer kestrel'",
        "curl https://api.mypurecloud.com/x --new-auth-header 'X-Token: kestrel'",
        "curl https://api.mypurecloud.com/x --new-token kestrel",
        "curl https://api.mypurecloud.com/x --new-token aGVhZ.kestrel.c2ln",
        "curl --new-token kestrel/x api.mypurecloud.com/x",
        "curl https://api.mypurecloud.com/x -* kestrel",
        "curl https://api.mypurecloud.com/x '{\"a\":\"kestrel\"}'",
        "curl https://api.mypurecloud.com/x --url 'token kestrel'",
        "curl https://api.mypurecloud.com/x '--kestrel x'",
        "curl https://api.mypurecloud.com/x password=kestrel",
    ] {
        let imported = import(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(imported.requests.len(), 1, "{text}");
        assert_eq!(imported.requests[0].draft.path, "/x", "{text}");
        assert!(!imported.ignored.is_empty(), "{text}");
        let is_option = text.contains("'--kestrel");
        let shown = format!("{imported:?}");
        assert!(is_option || !shown.contains("kestrel"), "{text}: {shown}");
    }
    let error = import("curl --future kestrel").expect_err("no URL");
    assert!(!error.to_string().contains("kestrel"), "{error}");
}

#[test]
fn each_url_goes_where_it_says() {
    let imported = import("curl -G -d q=1 https://api.mypurecloud.com/a https://example.org/b https://api.mypurecloud.ie/c foo")
        .expect("requests");
    let requests: Vec<(&str, Option<&str>, Option<&str>, usize)> = imported
        .requests
        .iter()
        .map(|request| {
            (
                request.draft.path.as_str(),
                request.origin.as_deref(),
                request.environment.as_ref().map(|id| id.as_str()),
                request.draft.query.len(),
            )
        })
        .collect();
    assert_eq!(
        requests,
        [
            (
                "/a",
                Some("https://api.mypurecloud.com"),
                Some("genesys-cloud-us-east-1"),
                1
            ),
            ("/b", Some("https://example.org"), None, 1),
            (
                "/c",
                Some("https://api.mypurecloud.ie"),
                Some("genesys-cloud-eu-west-1"),
                1
            ),
            ("/", Some("http://foo"), None, 1),
        ]
    );
    let imported =
        import("curl --variable id=7 --expand-url 'https://h.example/{{id}}'").expect("a request");
    assert_eq!(imported.requests[0].draft.path, "/{{id}}");
}

#[test]
fn what_is_not_sent_as_curl_sends_it_is_said() {
    for (options, words) in [
        ("'https://h.example/{a,b}'", "URLs of its own"),
        ("'https://h.example/[1-3]'", "URLs of its own"),
        ("--max-time 5 https://api.mypurecloud.com/a", "--max-time"),
        ("-F 'b=<f' https://h.example/", "`<` of the form field `b`"),
        ("-F 'b=@a.txt,b.txt' https://h.example/", "the files of `b`"),
        (
            "-d '{\\\"a\\\":1}' https://h.example/",
            "the body is no JSON",
        ),
    ] {
        let imported = import(&format!("curl {options}")).expect(options);
        assert_eq!(imported.requests.len(), 1, "{options}");
        let lint = imported.lint.iter().map(|lint| lint.cause.as_str());
        let ignored = imported.ignored.iter().map(|ignored| ignored.what.as_str());
        assert!(
            lint.chain(ignored).any(|said| said.contains(words)),
            "{options}: {:?} {:?}",
            imported.lint,
            imported.ignored
        );
    }
    let imported = import("curl -g 'https://h.example/{a,b}'").expect("a request");
    assert_eq!(imported.lint, []);
    let draft = one("curl -F 'b=@a.txt,b.txt' -F 'c=@\"a,b.txt\"' https://h.example/");
    let DraftBody::Multipart { rows } = draft.body else {
        panic!("{:?}", draft.body);
    };
    let paths: Vec<&PartValue> = rows.iter().map(|row| &row.value).collect();
    let file = |path: &str| PartValue::File {
        path: path.to_owned(),
        file_name: String::new(),
    };
    assert_eq!(paths, [&file("a.txt"), &file("b.txt"), &file("a,b.txt")]);
}

#[test]
fn quotes_of_windows_are_taken_as_its_programs_take_them() {
    for (text, body, is_said) in [
        (
            "curl -H \"Content-Type: application/json\" -d \"{\"\"a\"\": \"\"b\"\"}\" https://h.example/",
            "{\"a\": \"b\"}",
            false,
        ),
        (
            "PS C:\\> curl.exe https://h.example/ --json '{\\\"a\\\":1}'",
            "{\"a\":1}",
            true,
        ),
        (
            "curl.exe https://h.example/ --json '{\\\"a\\\":1}'",
            "{\"a\":1}",
            true,
        ),
        (
            "curl https://h.example/ --json '{\\\"a\\\":1}'",
            "{\\\"a\\\":1}",
            true,
        ),
        (
            "PS C:\\> curl.exe https://h.example/ --json '{\"a\":\"\\\"\"}'",
            "{\"a\":\"\\\"\"}",
            false,
        ),
    ] {
        let imported = import(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(imported.requests[0].draft.body.text(), Some(body), "{text}");
        let words: Vec<&str> = imported
            .lint
            .iter()
            .map(|lint| lint.cause.as_str())
            .filter(|cause| cause.contains("backslashes"))
            .collect();
        assert_eq!(!words.is_empty(), is_said, "{text}: {words:?}");
    }
}

#[test]
fn several_commands_and_pipes_are_read() {
    let imported = import("cd /tmp && curl https://a.example/1 | jq .\ncurl https://a.example/2 --next https://a.example/3")
        .expect("requests");
    let paths: Vec<&str> = imported
        .requests
        .iter()
        .map(|request| request.draft.path.as_str())
        .collect();
    assert_eq!(paths, ["/1", "/2", "/3"]);
    let draft = one("printf '%s' '{\"a\":1}' | curl --json @- https://a.example/");
    assert_eq!(
        draft.body,
        DraftBody::Json {
            text: "{\"a\":1}".to_owned()
        }
    );
    assert_eq!(draft.auth, RequestAuth::None);
}

#[test]
fn errors_tell_where_and_what_was_understood() {
    for (text, line, column, understood) in [
        ("curl -X POST \\\n  'https://h", 2, 3, "curl -X"),
        ("curl -H \"a: b", 1, 9, "curl -H"),
        ("curl ^\"https://h", 1, 7, "curl"),
        ("curl https://h -H", 1, 16, "--url"),
        ("curl -s", 1, 6, "--silent"),
        ("wget https://h", 1, 1, ""),
        ("curl --max-time soon https://h", 1, 6, ""),
    ] {
        let error = import(text).expect_err(text);
        assert_eq!(error.place, Place { line, column }, "{text}: {error}");
        assert_eq!(error.understood, understood, "{text}: {error}");
        assert!(!error.to_string().contains("https://h"), "{text}: {error}");
    }
}

#[test]
fn a_command_of_a_megabyte_is_read() {
    let body = "x".repeat(1_000_000);
    let draft = one(&format!(
        "curl -d '{body}' -H 'Content-Type: text/plain' https://h.example/"
    ));
    assert_eq!(draft.body.text().map(str::len), Some(1_000_000));
    import(&"curl ".repeat(200_000)).expect_err("no URL");
    import(&"'".repeat(1_000_001)).expect_err("an open quote");
}

proptest! {
    #[test]
    fn a_quoted_word_is_read_again(text in "[ -~\näß€\t]{0,40}") {
        let quoted = crate::interchange::curl::quote_posix(&text);
        prop_assert_eq!(words(&format!("a {quoted}"), Shell::Posix), vec!["a".to_owned(), text]);
    }

    #[test]
    fn any_line_is_read_or_refused(text in "[ -~\né€]{0,60}") {
        for shell in [Shell::Posix, Shell::Cmd, Shell::Power] {
            let _ = split(&text, shell);
        }
        let _ = import(&format!("curl {text}"));
    }
}
