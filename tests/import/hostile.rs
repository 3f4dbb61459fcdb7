//! Files that nobody should send: each is refused with a word on what to do, and nothing of it is recorded.
//!
//! That memory stays bounded is tested below the program, where what was read can be counted; here a row of a hundred
//! megabytes has to be refused before it is read.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{HEAD, Place};

const IATI: &str = "[source]\nname = \"aid\"\ntitle = \"Aid\"\n[iati]\nobligor_roles = [\"1\"]\nreceiver = \"Senegal\"\n\
    finance_type = \"grant\"\ncrosswalk_version = \"1\"\n[maps]\nstatus = { 2 = \"implementation\" }\n";
const OCDS: &str = "[source]\nname = \"contracts\"\ntitle = \"Contracts\"\n";

/// Imports a file that is refused as a whole; gives the words.
fn refused(form: &str, mapping: Option<&str>, bytes: &[u8]) -> String {
    let place = Place::new();
    if let Some(mapping) = mapping {
        place.write("mapping.toml", mapping.as_bytes());
    }
    place.write("file", bytes);
    let begun = Instant::now();
    let ran = place.import_file(form, "file", &[]).expect(2);
    assert!(begun.elapsed() < Duration::from_secs(20), "{form}: it took {:?}", begun.elapsed());
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("nothing was recorded"), "{}", ran.stderr);
    assert!(!Path::new(&place.path("data")).join("log.sqlite").exists());
    ran.stderr
}

#[test]
fn entities_that_grow_or_reach_outside_are_refused() {
    let mut bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a0 \"ha\">".to_owned();
    for n in 1..40 {
        bomb.push_str(&format!("<!ENTITY a{n} \"&a{};&a{};\">", n - 1, n - 1));
    }
    bomb.push_str("]><iati-activities version=\"2.03\"><iati-activity>&a39;</iati-activity></iati-activities>");
    assert!(refused("iati", Some(IATI), bomb.as_bytes()).contains("document type"));
    let outside = b"<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/hostname\">]><iati-activities version=\"2.03\"/>";
    assert!(refused("iati", Some(IATI), outside).contains("document type"));
}

#[test]
fn a_line_of_a_hundred_megabytes_is_refused_in_every_form() {
    let place = Place::new();
    let line = vec![b'x'; 1024 * 1024];
    let long = |name: &str, head: &[u8]| {
        let mut file = std::fs::File::create(place.path(name)).unwrap();
        file.write_all(head).unwrap();
        (0..100).for_each(|_| file.write_all(&line).unwrap());
    };
    for (form, mapping, head) in [
        ("csv", None, [HEAD.as_bytes(), b"1,\""].concat()),
        ("iati", Some(IATI), b"<iati-activities version=\"2.03\"><iati-activity><title>".to_vec()),
        ("ocds", Some(OCDS), b"{\"releases\": [{\"id\": \"".to_vec()),
    ] {
        if let Some(mapping) = mapping {
            place.write("mapping.toml", mapping.as_bytes());
        }
        long("long", &head);
        let begun = Instant::now();
        let ran = place.import_file(form, "long", &[]).expect(2);
        assert!(ran.stderr.contains("is longer than"), "{form}: {}", ran.stderr);
        assert!(begun.elapsed() < Duration::from_secs(20), "{form}: it took {:?}", begun.elapsed());
    }
}

#[test]
fn files_that_were_cut_off_are_refused() {
    assert!(refused("csv", None, format!("{HEAD}1,\"A").as_bytes()).contains("cut off"));
    assert!(refused("xlsx", None, b"PK\x03\x04\x14\x00").contains("cut off"));
    let activity = b"<iati-activities version=\"2.03\"><iati-activity><title>";
    assert!(refused("iati", Some(IATI), activity).contains("cut off"));
    assert!(refused("ocds", Some(OCDS), b"{\"releases\": [{\"id\": 1}").contains("cut off"));
}

#[test]
fn files_of_another_form_or_encoding_are_refused() {
    for (form, mapping) in [("csv", None), ("iati", Some(IATI)), ("ocds", Some(OCDS))] {
        let words = refused(form, mapping, &[0xff, 0xfe, b'<', 0, b'a', 0]);
        assert!(words.contains("UTF-16LE"), "{form}: {words}");
    }
    let latin = [HEAD.as_bytes(), b"1,M\xe9t\xe9o,KAZ,1.1.2024,,x\n"].concat();
    assert!(refused("csv", None, &latin).contains("is not UTF-8"));
    assert!(refused("xlsx", None, HEAD.as_bytes()).contains("no XLSX"));
    assert!(refused("iati", Some(IATI), HEAD.as_bytes()).contains("no XML"));
    assert!(refused("ocds", Some(OCDS), HEAD.as_bytes()).contains("begin with"));
    assert!(refused("csv", None, b"").contains("empty"));
}
