//! XML as it should be, and as nobody should send it.

use std::io::Cursor;

use super::*;

fn read(xml: &str) -> Result<Vec<Node>, InputError> {
    Elements::new(Cursor::new(xml.as_bytes().to_vec()), "utf-8", "all")?.collect()
}

fn refusal(xml: &str) -> String {
    read(xml).unwrap_err().to_string()
}

#[test]
fn elements_come_one_by_one_with_attributes_text_and_what_is_in_them() {
    let xml = "<?xml version=\"1.0\"?><!-- x --><all version=\"2.03\">\n <a id=' 1 '><t>R&#233;gion &amp; <![CDATA[<b>]]></t></a><a/></all>";
    let nodes = read(xml).unwrap();
    assert_eq!(nodes.len(), 2);
    assert_eq!((nodes[0].attribute("id"), nodes[0].attribute("x")), (Some("1"), None));
    assert_eq!(nodes[0].first("t").unwrap().text(), "Région & <b>");
    let elements = Elements::new(Cursor::new(xml.as_bytes().to_vec()), "utf-8", "all").unwrap();
    assert_eq!(elements.root.attribute("version"), Some("2.03"));
}

#[test]
fn entities_are_refused_before_they_can_grow() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE all [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><all><x>&b;</x></all>";
    assert!(refusal(bomb).contains("document type"), "{}", refusal(bomb));
    let outside = "<!DOCTYPE all SYSTEM \"file:///etc/passwd\"><all/>";
    assert!(refusal(outside).contains("document type"));
    assert!(refusal("<all><x>&b;</x></all>").contains("&b;"));
    assert!(refusal("<all><x y='&b;'/></all>").contains("write the letter itself"));
    assert!(read("<all><x>&#x0;</x></all>").is_err(), "no such letter");
}

#[test]
fn what_was_cut_off_or_is_no_xml_is_refused() {
    for cut in ["<all><a><b>", "<all><a/>", "<all><a></b></all>", "<all><a", "<all><a x='"] {
        assert!(matches!(read(cut), Err(InputError::Xml { .. })), "{cut}: {:?}", read(cut));
    }
    assert!(refusal("{\"all\": []}").contains("it is no XML"));
    assert!(refusal("<other/>").contains("root is <other>"));
    assert!(matches!(read(""), Err(InputError::Empty)));
}

#[test]
fn depth_number_and_length_have_limits() {
    let deep = format!("<all>{}{}</all>", "<a>".repeat(40), "</a>".repeat(40));
    assert!(refusal(&deep).contains("levels"));
    let many = format!("<all><a>{}</a></all>", "<b/>".repeat(NODES_MAX));
    assert!(refusal(&many).contains("elements"));
    let long = format!("<all><a>{}</a></all>", format!("<b>{}</b>", "x".repeat(900_000)).repeat(5));
    assert!(refusal(&long).contains("bytes"));
    let endless = format!("<all><a>{}", "x".repeat(3 * 1024 * 1024));
    assert!(matches!(read(&endless), Err(InputError::RowTooLong { .. })), "{:?}", read(&endless).err());
}

#[test]
fn an_encoding_that_does_not_fit_is_refused() {
    let bytes = b"<all><a>M\xe9</a></all>".to_vec();
    let read = |encoding| Elements::new(Cursor::new(bytes.clone()), encoding, "all")?.collect::<Result<Vec<_>, _>>();
    assert!(matches!(read("utf-8"), Err(InputError::Encoding { .. })));
    assert_eq!(read("windows-1252").unwrap()[0].text(), "Mé");
}
