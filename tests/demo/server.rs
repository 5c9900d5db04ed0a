//! The story in the terminal, and who may talk to the page's server.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Demo, PATIENCE, command};

#[tokio::test]
async fn the_script_ends_well_when_each_step_was_seen() {
    let output = tokio::time::timeout(PATIENCE, command(&["demo", "--script"]).output());
    let output = output.await.expect("in time").expect("it runs");
    let told = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{told}");
    assert!(told.contains("Each of 10 steps was seen."), "{told}");
    assert!(!told.contains('\u{1b}'), "no colours where nobody sees them");
}

#[tokio::test]
async fn a_taken_port_is_told_and_another_one_is_used() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let mut child = command(&["demo", "--port", &port]).spawn().expect("it starts");
    let mut told = String::new();
    let mut output = child.stdout.take().expect("its output");
    while !told.contains("Ctrl-C") {
        let mut some = [0; 512];
        let count = tokio::time::timeout(PATIENCE, output.read(&mut some)).await.expect("in time");
        told += std::str::from_utf8(&some[..count.expect("output")]).expect("text");
    }
    assert!(told.contains(&format!("Port {port} is taken")), "{told}");
    let pid = child.id().expect("it runs");
    let sent = std::process::Command::new("sh").arg("-c").arg(format!("kill -TERM {pid}")).status();
    assert!(sent.expect("a shell").success());
    assert!(child.wait().await.expect("it ends").success());
}

#[tokio::test]
async fn foreign_hosts_and_origins_are_refused() {
    let demo = Demo::start().await;
    let here = demo.address.trim_start_matches("http://").to_owned();
    let ours = format!("Host: {here}");
    let port = here.rsplit(':').next().expect("a port");
    assert_eq!(status(&here, "GET /", &[&ours]).await, 200);
    assert_eq!(status(&here, "GET /", &[&format!("Host: localhost:{port}")]).await, 200);
    assert_eq!(status(&here, "GET /", &["Host: rebound.example"]).await, 403);
    assert_eq!(status(&here, "GET /", &[&format!("Host: rebound.example:{port}")]).await, 403);
    assert_eq!(status(&here, "GET /api/events", &[&ours, "Origin: https://evil.example"]).await, 403);
    let json = "Content-Type: application/json";
    assert_eq!(status(&here, "POST /api/bot", &[&ours, json, "Origin: null"]).await, 403);
    let origin = format!("Origin: {}", demo.address);
    assert_eq!(status(&here, "POST /api/bot", &[&ours, json, &origin]).await, 200);
    // What a form of another page can send isn't JSON.
    assert_eq!(status(&here, "POST /api/bot", &[&ours, "Content-Type: text/plain"]).await, 415);
    demo.stop().await;
}

/// The status that such a request is answered with.
async fn status(address: &str, line: &str, headers: &[&str]) -> u16 {
    let body = r#"{"on":true}"#;
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!(
        "{line} HTTP/1.1\r\n{}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        headers.join("\r\n"),
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    let text = std::str::from_utf8(&answer).expect("text");
    text["HTTP/1.1 ".len()..].parse().expect("a status")
}

#[tokio::test]
async fn a_file_is_taken_from_the_page_alone() {
    let demo = Demo::start().await;
    let here = demo.address.trim_start_matches("http://").to_owned();
    let ours = format!("Host: {here}");
    let path = "POST /api/upload?name=a.json&kind=application/json";
    let bytes = "Content-Type: application/octet-stream";
    assert_eq!(status(&here, path, &[&ours, bytes]).await, 200);
    // What a form of another page can send has another type.
    assert_eq!(status(&here, path, &[&ours, "Content-Type: text/plain"]).await, 415);
    assert_eq!(status(&here, path, &[&ours, bytes, "Origin: https://evil.example"]).await, 403);
    demo.stop().await;
}
