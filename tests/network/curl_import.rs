//! An imported cURL command sends what the command itself sends when the real curl runs it.

use std::path::Path;
use std::process::Command;

use gatescope::interchange::curl_import::import;
use gatescope::model::resolve::{Purpose, ResolveContext, resolve};
use gatescope::model::resolved::BodySegment;
use gatescope::model::secret::{SecretKey, Secrets};
use gatescope::transport::Transport;

use crate::curl::told;
use crate::drafts::environment_at;
use crate::fault_server::{FaultServer, Step, ok};
use crate::sending::{describe, send_request};

/// `URL` is the server; a line without it asks for `URL/a`.
const COMMANDS: &[&str] = &[
    "",
    "-X PUT",
    "-I",
    "-G -I",
    "-X POST -G -d a=1",
    "-d a=1 -d b",
    "-d ''",
    "-d 'a=b c'",
    "-d 'ä=€'",
    "-d a=1 --data-binary 'x' --data-raw @z",
    "--data-binary @f",
    "--data-urlencode 'a=b c&d'",
    "--data-urlencode '=x y' --data-urlencode 'x y'",
    "--data-urlencode 'é=ü*()~'",
    "-G --data-urlencode 'a=b c&d' -d x 'URL/a?z=1'",
    "--url-query 'a=b c&d' --url-query '+e=f&g' --url-query '=x y'",
    "--json '{\"a\":1}'",
    "--json '{' --json '}' -H 'Accept: x/y'",
    "-d '{}' -H 'content-type: application/json'",
    "-d '<a/>' -H 'Content-Type: text/xml'",
    "-F a=1 -F 'b=\"2;3\";type=x/y' -F 'c=@f;filename=n;type=x/z'",
    "-F 'a=b;c'",
    "-F 'a=b;type=text/plain;charset=utf-8'",
    "--form-string 'a=@b;type=c'",
    "-T f -H 'Content-Type: text/x'",
    "-u u:p:w",
    "-u old:x -u u:",
    "-u a:b -H 'Authorization: Bearer x'",
    "--oauth2-bearer kestrel",
    "--oauth2-bearer kestrel -u a:b",
    "-b 'a=1; b=2'",
    "-b a=1 -H 'Cookie: b=2'",
    "-A one -A two",
    "-A one -H 'User-Agent: two'",
    "-e 'https://r/;auto'",
    "-e old -e https://r/",
    "-r 0-9",
    "-r 5- -H 'Range: bytes=0-9'",
    "-H 'X-A;' -H 'X-B:' -H 'x-c:  1:2 ' -H X-D -H 'X-E: e' -H 'X-E: f'",
    "-H 'Host: other.example'",
    "URL",
    "'URL?a=1&b&c='",
    "'URL/a%20b/%2F?q=%7Bx%7D#part'",
    "URL/a/../b/./c",
    "URL/a/..",
    "--path-as-is URL/a/../b",
    "-sSLk --compressed --max-time 5 -o /dev/null",
];

/// A body always goes out with its type from here; that curl sends it without one is told at the import.
const WITHOUT_A_TYPE: &[&str] = &[
    "-d a -H 'Content-Type:'",
    "-T f",
    "-T f URL/dir/",
    "-T f 'URL?x=1'",
];

/// Without what each program says of itself, and without the length of nothing.
fn own_words_apart(told: &str) -> String {
    let own = |line: &str| {
        [
            "user-agent: curl/",
            "user-agent: gatescope/",
            "accept: */*",
            "accept: application/json",
        ]
        .iter()
        .any(|own| line.starts_with(own))
            || line.starts_with("accept-encoding: ")
            || line == "expect: 100-continue"
            || line == "content-length: 0"
    };
    told.lines()
        .filter(|line| !own(line))
        .collect::<Vec<_>>()
        .join("\n")
}

fn command_at(options: &str, server: &FaultServer) -> String {
    let url = format!("http://{}", server.address);
    if options.contains("URL") {
        format!("curl {}", options.replace("URL", &url))
    } else {
        format!("curl {options} {url}/a")
    }
}

async fn sent_by_curl(options: &str, folder: &Path) -> String {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let command = command_at(options, &server).replacen("curl", "curl -q -s", 1);
    let folder = folder.to_owned();
    let shown = command.clone();
    let output = tokio::task::spawn_blocking(move || {
        Command::new("sh")
            .args(["-c", &command])
            .current_dir(folder)
            .output()
    })
    .await
    .expect("the shell ran")
    .expect("`sh` and `curl` are there");
    assert!(
        output.status.success(),
        "{shown}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    told(&server.received().remove(0), &server)
}

async fn sent_by_gatescope(options: &str, folder: &Path) -> String {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let command = command_at(options, &server);
    let mut imported = import(&command).unwrap_or_else(|error| panic!("{command}: {error}"));
    let request = imported.requests.remove(0);
    assert_eq!(
        request.origin,
        Some(format!("http://{}", server.address)),
        "{command}"
    );
    let mut environment = environment_at("acme", server.address);
    environment.variables = imported.variables;
    let secrets = imported.secrets.into_iter().map(|found| {
        let key = SecretKey {
            environment: environment.id.clone(),
            name: found.name,
        };
        (key, found.value)
    });
    let secrets: Secrets = secrets.collect();
    let context = ResolveContext {
        secrets: &secrets,
        purpose: Purpose::Send,
        dynamics: None,
    };
    let mut request = resolve(&request.draft, &environment, context)
        .unwrap_or_else(|problems| panic!("{command}: {problems:?}"));
    for segment in &mut request.body.segments {
        if let BodySegment::File { path, .. } = segment {
            *path = folder.join(&*path);
        }
    }
    let exchange = send_request(&Transport::new(), request).await;
    assert!(
        exchange.error.is_none(),
        "{command}: {}",
        describe(&exchange)
    );
    told(&server.received().remove(0), &server)
}

#[tokio::test]
async fn an_imported_command_sends_what_curl_sends() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("f"), "line 1\nline 2&x\n").expect("written");
    let mut wrong = Vec::new();
    let all = COMMANDS.iter().map(|options| (options, true));
    for (options, has_type) in all.chain(WITHOUT_A_TYPE.iter().map(|options| (options, false))) {
        let sent = [
            sent_by_curl(options, folder.path()).await,
            sent_by_gatescope(options, folder.path()).await,
        ];
        let [theirs, ours] = sent.map(|told| own_words_apart(&told));
        let ours = if has_type { ours } else { without_type(&ours) };
        if ours != theirs {
            wrong.push(format!(
                "curl {options}\n--- curl:\n{theirs}\n--- Gatescope:\n{ours}"
            ));
        }
        let imported = import(&format!("curl {}", options.replace("URL", "h.example"))).ok();
        let is_told = imported.is_some_and(|imported| {
            let mut ignored = imported.ignored.iter();
            ignored.any(|one| one.what == "sending no Content-Type")
        });
        if !has_type && options.contains("URL") && !is_told {
            wrong.push(format!("curl {options}: nothing is told of the type"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn without_type(told: &str) -> String {
    let is_type = |line: &&str| line.starts_with("content-type: ");
    let lines = told.lines().filter(|line| !is_type(line));
    lines.collect::<Vec<_>>().join("\n")
}
