//! Models in the answers of the real binary: taken up, gone back from, refused, the same by every way of asking.

use crate::support::client::{dechunked, post, request};
use crate::support::models::{Models, change};
use crate::support::{Data, Server, cairn_reading, said, wait_for};
use crate::swaps::{is_ready, made_up, replica};
use cairn_ground::{AgeMs, Bssid, Dbm, TransmitterId};
use cairn_learning::registry::Alias;
use cairn_learning::spec::Task;
use cairn_report::Observation;
use cairn_wire::{geolocate, proto};
use std::path::{Path, PathBuf};

/// Transmitters that stand together in every made-up map.
fn heard() -> Vec<Observation> {
    let heard = (640_u16..660).map(|n| {
        let text = format!("02:00:00:00:{:02x}:{:02x}", n >> 8, n & 255);
        let power = -50.0 - f32::from(n % 20);
        Observation {
            power: Some(Dbm::new(power).unwrap()),
            age: AgeMs::ZERO,
            ..Observation::of(TransmitterId::Wifi(Bssid::parse(&text).unwrap()))
        }
    });
    heard.collect()
}

/// R50, R68, R90 and R95 that a server promises.
fn promised_m(server: &Server) -> [f64; 4] {
    let answer = post(server.address(), "/v1/geolocate", &geolocate::encode_request(&heard()));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let radii = &answer.json()["uncertainty"];
    let radii_m = ["r50", "r68", "r90", "r95"].map(|level| radii[level].as_f64().unwrap());
    assert!((answer.json()["accuracy"].as_f64().unwrap() - radii_m[3]).abs() < 1e-9);
    assert!(radii_m.is_sorted(), "{radii_m:?}");
    radii_m
}

fn r95_m(server: &Server) -> f64 {
    promised_m(server)[3]
}

/// Within a half: the models of these tests promise about the error that they were taught.
fn is_about(found_m: f64, wanted_m: f64) -> bool {
    (found_m / wanted_m - 1.0).abs() < 0.5
}

/// A map, a folder of models, and a server that answers from both.
fn start(data: &Data) -> (PathBuf, Models, Server) {
    let map = made_up(&data.path().join("maps"), 20_000, 1);
    let folder = data.path().join("models");
    let models = Models::at(&folder);
    let more = format!("[models]\nfolder = {folder:?}\nlook_ms = 20\n");
    let server = replica(data, "--snapshot", &map, &more);
    wait_for("readiness", || is_ready(&server));
    (map, models, server)
}

/// What `cairn locate` answers to a query from a file.
fn offline(map: &Path, models: &str, query: &[u8]) -> Vec<u8> {
    let args = ["locate", "-", "--snapshot", map.to_str().unwrap(), "--models", models];
    let text = said(&cairn_reading(&args, std::str::from_utf8(query).unwrap()));
    text.trim().as_bytes().to_vec()
}

#[test]
fn the_champion_gives_answers_their_radii_by_every_way_of_asking_and_goes_without_a_restart() {
    let data = Data::new();
    let (map, models, server) = start(&data);
    let own_m = r95_m(&server);
    let [first, second] = [600.0, 6_000.0].map(|error_m| models.add(error_m));
    models.call(&first, Alias::Champion);
    wait_for("the first model", || is_about(r95_m(&server), 600.0));
    assert!(!is_about(own_m, 600.0), "{own_m}");
    let query = geolocate::encode_request(&heard());
    let by_json = post(server.address(), "/v1/geolocate", &query).body;
    let by_line = dechunked(&post(server.address(), "/v1/geolocate/batch", &query));
    assert_eq!(String::from_utf8_lossy(&by_line).trim().as_bytes(), by_json);
    assert_eq!(offline(&map, data.path().join("models").to_str().unwrap(), &query), by_json);
    let message = proto::encode_query(&heard(), "me");
    let kind = [("Content-Type", "application/x-protobuf")];
    let answer = request(server.address(), "POST", "/v1/geolocate", &kind, &message).unwrap();
    let want = geolocate::decode_answer(&by_json);
    assert_eq!(answer.body, proto::encode_answer(Ok(&want.unwrap()), "me"));
    models.call(&second, Alias::Champion);
    wait_for("the second model", || is_about(r95_m(&server), 6_000.0));
    models.registry().rollback(Task::Radius, &change()).unwrap();
    wait_for("the first model again", || is_about(r95_m(&server), 600.0));
    assert!(server.metric("model_changes_total") > 2.5);
    assert!(server.metric("model_answers_total{radii=\"model\"}") > 3.5);
    server.stop();
}

#[test]
fn what_cannot_be_believed_is_told_and_counted_and_the_last_good_model_goes_on() {
    let data = Data::new();
    let (_, models, mut server) = start(&data);
    server.expect("a model is refused: what served before goes on");
    let n_refused = |kind: &str| server.metric(&format!("model_refused_total{{kind=\"{kind}\"}}"));
    let goes_on = |kind: &str| {
        wait_for(kind, || n_refused(kind) > 0.5);
        assert!(is_about(r95_m(&server), 600.0), "{kind}");
    };
    let [good, changed, unsigned] = [600.0, 1_800.0, 6_000.0].map(|error_m| models.add(error_m));
    models.call(&good, Alias::Champion);
    wait_for("the good model", || is_about(r95_m(&server), 600.0));
    let mut bytes = std::fs::read(models.file(&changed)).unwrap();
    bytes[60] ^= 1;
    models.damage_and_call(&changed, &models.file(&changed), &bytes);
    goes_on("changed");
    let signature = models.file(&unsigned).with_extension("sig");
    let of_another = std::fs::read(models.file(&good).with_extension("sig")).unwrap();
    models.damage_and_call(&unsigned, &signature, &of_another);
    goes_on("signature");
    let log = models.registry().log_path();
    let whole = std::fs::read(&log).unwrap();
    std::fs::write(&log, [&whole[..], b"{}\n"].concat()).unwrap();
    goes_on("log");
    let n_before = n_refused("log");
    std::fs::remove_file(&log).unwrap();
    wait_for("the loss", || n_refused("log") > n_before + 0.5);
    assert!(is_about(r95_m(&server), 600.0), "a log that is gone takes no model away");
    std::fs::write(&log, &whole).unwrap();
    let third = models.add(4_000.0);
    models.call(&third, Alias::Champion);
    wait_for("a model that can be believed", || is_about(r95_m(&server), 4_000.0));
    assert!(server.log().contains("it was changed"), "{}", server.log());
    server.stop();
}

#[test]
fn models_that_are_not_heard_are_asked_and_change_no_answer() {
    let data = Data::new();
    let (_, models, server) = start(&data);
    let [champion, challenger, shadow] = [600.0, 1_800.0, 605.0].map(|error_m| models.add(error_m));
    models.call(&champion, Alias::Champion);
    wait_for("the champion", || is_about(r95_m(&server), 600.0));
    let before = promised_m(&server);
    models.call(&challenger, Alias::Challenger);
    models.call(&shadow, Alias::Shadow);
    let loaded = |alias: &str| server.metric(&format!("model_loaded{{alias=\"{alias}\"}}")) > 0.5;
    wait_for("both", || loaded("challenger") && loaded("shadow"));
    (0..20)
        .for_each(|_| assert_eq!(promised_m(&server).map(f64::to_bits), before.map(f64::to_bits)));
    let n = |alias: &str, verdict: &str| {
        let labels = format!("{{alias=\"{alias}\",verdict=\"{verdict}\"}}");
        server.metric(&format!("model_beside_answers_total{labels}"))
    };
    wait_for("both to be asked", || n("challenger", "wider") > 19.5 && n("shadow", "same") > 19.5);
    assert!(n("challenger", "wider") < 20.5, "each answer once");
    server.stop();
}
