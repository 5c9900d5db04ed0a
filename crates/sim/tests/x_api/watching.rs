//! The request log, and the server's life.

use std::time::Duration;

use spacebell_sim::x::{Auth, Endpoint, Server, Settings};

use crate::{Outcome, Scene};

#[tokio::test]
async fn each_request_is_written_down_without_its_token() -> Outcome {
    let scene = Scene::set().await?;
    scene.get("/2/spaces?ids=1a,1b&space.fields=title").await?;
    scene.get_as("wrong", "/2/users/100").await?;
    let requests = scene.x.requests();
    let [first, second] = requests.as_slice() else { return Err("not two requests".into()) };
    assert_eq!((first.number, first.method.as_str(), first.path.as_str()), (1, "GET", "/2/spaces"));
    assert_eq!(first.list("ids"), ["1a", "1b"]);
    assert_eq!(first.param("space.fields"), Some("title"));
    assert_eq!(first.endpoint, Some(Endpoint::SpacesByIds));
    assert_eq!(first.user_agent.as_deref(), Some("Tests/1.0"));
    assert_eq!((&first.auth, first.status), (&Auth::App, Some(200)));
    assert_eq!((&second.auth, second.status), (&Auth::UnknownBearer, Some(401)));
    assert!(second.at >= first.at);
    assert!(!format!("{requests:?}").contains("wrong"));
    assert_eq!(scene.x.count(Endpoint::UserById), 1);
    Ok(())
}

#[tokio::test]
async fn a_request_can_be_waited_for() -> Outcome {
    let scene = Scene::set().await?;
    let waiting = {
        let x = scene.x.clone();
        tokio::spawn(async move {
            let fits = |request: &spacebell_sim::x::Request| request.status == Some(200);
            x.wait_for_request(fits, Duration::from_secs(10)).await
        })
    };
    scene.get("/2/users/100").await?;
    assert_eq!(waiting.await?.map(|request| request.number), Some(1));
    let later = scene.x.wait_for_request(|request| request.number > 1, Duration::from_millis(20));
    assert!(later.await.is_none());
    Ok(())
}

#[tokio::test]
async fn stopping_cuts_connections_and_frees_the_port() -> Outcome {
    let scene = Scene::set().await?;
    scene.get("/2/users/100").await?;
    let address = scene.x.address();
    scene.x.stop().await;
    assert!(scene.get("/2/users/100").await.is_err());
    assert_eq!(scene.x.requests().len(), 1);
    let again = Server::start(Settings { port: address.port(), ..Settings::default() }).await?;
    assert_eq!(again.url(), scene.x.url());
    Ok(())
}

#[tokio::test]
async fn the_last_handle_stops_the_server() -> Outcome {
    let x = Server::start(Settings::default()).await?;
    let address = x.address();
    let other = x.clone();
    drop(x);
    assert!(tokio::net::TcpStream::connect(address).await.is_ok());
    drop(other);
    let refused = async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), refused).await?;
    Ok(())
}
