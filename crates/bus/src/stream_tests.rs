//! Tests of the stream's fields: what counts as otherwise, what does not, and which servers will do.

use servanda_events::testing::parsed;

use super::*;

fn main_stream() -> Value {
    wanted(&parsed("main"), &StreamWish::default())
}

#[test]
fn a_stream_as_a_server_gives_it_back_is_as_it_must_be() {
    let mut found = main_stream();
    // Servers leave out what is false, and newer ones add what nobody asked for.
    for field in ["allow_rollup_hdrs", "mirror_direct", "sealed", "no_ack"] {
        found.as_object_mut().unwrap().remove(field);
    }
    found["metadata"] = json!({ "_nats.level": "1" });
    found["description"] = json!("events for the ministries");
    found["placement"] = json!({ "cluster": "east" });
    found["compression"] = json!("none");
    found["persist_mode"] = json!("default");
    found["consumer_limits"] = json!({});
    found["allow_msg_ttl"] = json!(false);
    assert_eq!(stream_differences(&main_stream(), &found), Vec::<String>::new());
}

#[test]
fn every_field_that_is_otherwise_is_reported() {
    for (field, value) in main_stream().as_object().unwrap() {
        let mut found = main_stream();
        found[field] = match value {
            Value::Bool(on) => json!(!on),
            Value::Number(_) => json!(7),
            _ => json!("other"),
        };
        let told = stream_differences(&main_stream(), &found);
        assert_eq!(told.len(), 1, "{field}: {told:?}");
        assert!(told[0].starts_with(&format!("{field} is ")) && told[0].contains("must be"), "{told:?}");
    }
}

#[test]
fn a_field_that_nobody_asked_for_is_reported() {
    for (field, value) in [
        ("republish", json!({ "dest": "elsewhere.>" })),
        ("mirror", json!({ "name": "OTHER" })),
        ("sources", json!([{ "name": "OTHER" }])),
        ("subject_transform", json!({ "src": "a", "dest": "b" })),
        ("first_seq", json!(100)),
        ("allow_msg_ttl", json!(true)),
        ("a_field_of_tomorrow", json!("on")),
    ] {
        let mut found = main_stream();
        found[field] = value.clone();
        assert_eq!(stream_differences(&main_stream(), &found), [format!("{field} is {value}, must be null")]);
    }
}

#[test]
fn what_an_operator_chooses_is_what_is_wanted() {
    let wish = StreamWish { replicas: 3, bytes_max: Some(1_000_000), duplicate_window: Duration::from_secs(1) };
    let wanted = wanted(&parsed("main"), &wish);
    assert_eq!((&wanted["num_replicas"], &wanted["max_bytes"]), (&json!(3), &json!(1_000_000)));
    assert_eq!(wanted["duplicate_window"], 1_000_000_000);
    assert_eq!(stream_differences(&main_stream(), &wanted).len(), 3);
}

#[test]
fn a_stream_with_holes_is_not_whole() {
    let state = |first: u64, last: u64, messages: u64| {
        whole("S", &json!({ "first_seq": first, "last_seq": last, "messages": messages }))
    };
    assert_eq!(state(0, 0, 0), Ok(0));
    assert_eq!(state(1, 9, 9), Ok(9));
    for (first, last, messages) in [(1, 9, 8), (3, 9, 7), (10, 9, 0)] {
        assert_eq!(state(first, last, messages).unwrap_err().trouble, Trouble::StreamHoles);
    }
}

#[test]
fn an_old_server_is_refused_and_a_rather_old_one_is_told_what_it_lacks() {
    assert_eq!(check_version("2.8.4").unwrap_err().trouble, Trouble::ServerTooOld);
    assert_eq!(check_version("unknown").unwrap_err().trouble, Trouble::ServerTooOld);
    for good in ["2.9.10", "2.15.1", "2.12.0-beta.1", "3.0.0"] {
        assert_eq!(check_version(good), Ok(()), "{good}");
    }
    assert_eq!(does_without("2.9.10").len(), 4);
    assert_eq!(does_without("2.10.25").len(), 1);
    assert_eq!(does_without("2.15.1"), Vec::<&str>::new());
}
