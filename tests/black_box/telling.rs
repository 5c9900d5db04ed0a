//! Worlds in which X tells by a stream.

use serde_json::json;
use spacebell_sim::discord;
use spacebell_sim::x::{self, Fault, PushSettings, Scope};

use crate::support::{Bot, World, eventually, generous};
use crate::told::{open_streams, pairs};

pub const BY_STREAM: [(&str, &str); 1] = [("X_PUSH", "stream")];

/// A world in which X tells so.
pub async fn world(push: PushSettings) -> World {
    World::with(x::Settings { push, ..generous() }, discord::Settings::default()).await
}

/// Starts the program, has NASA followed, and waits until X tells of it.
pub async fn told_of_nasa(world: &World) -> Bot {
    let bot = world.start_with(&BY_STREAM).await;
    world.follow_host("nasa").await;
    tells(world, 1).await;
    bot
}

/// Waits until X holds start and end of so many hosts, and a stream is open.
pub async fn tells(world: &World, hosts: usize) {
    let ready = async || (pairs(&world.x) == hosts && open_streams(&world.x) == 1).then_some(());
    eventually("X tells of the hosts", ready).await;
}

/// From now on no list shows anything: what rings was told.
pub fn hide_from_lists(world: &World) -> x::FaultId {
    world.x.fault(Fault::EmptyLists, Scope::everywhere())
}

/// A line as X tells an event of a host.
pub fn event(event_type: &str, host: &x::UserId, uuid: &str, space: &x::SpaceId) -> String {
    let user = json!({ "data": { "id": host.to_string(), "username": "somebody", "name": "Somebody" } });
    let payload =
        json!({ "user": user, "broadcast_id": space.as_str(), "event_type": event_type.replace('.', "_") });
    let filter = json!({ "user_id": host.to_string() });
    json!({ "data": { "event_uuid": uuid, "filter": filter, "event_type": event_type, "payload": payload } })
        .to_string()
}
