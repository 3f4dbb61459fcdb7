//! Elements out of XML, one at a time, each as a small tree within limits.
//!
//! Document types and entities are refused: nothing in a file can make it grow, or reach for another file.
//!
//! Deliberately absent: namespaces, schemas, processing instructions, comments, and the order of text between elements.

use std::io::{BufReader, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::decode::{Decoded, Progress, encoding};
use crate::error::InputError;

/// Deepest nesting.
const DEPTH_MAX: usize = 32;
/// Most elements within one.
const NODES_MAX: usize = 50_000;
/// Most bytes of text and attributes within one.
const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most elements under the root.
pub(crate) const ELEMENTS_MAX: u64 = 5_000_000;

/// An element with what stands in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Node>,
}

impl Node {
    /// An element of a name with a narrative in it.
    pub(crate) fn named(name: &str, narrative: &str) -> Self {
        let words = Self { name: "narrative".to_owned(), text: narrative.to_owned(), ..Self::default() };
        Self { name: name.to_owned(), children: vec![words], ..Self::default() }
    }

    /// Its text, trimmed.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// An attribute that is not empty, trimmed.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The elements of a name in it.
    pub(crate) fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element of a name in it.
    pub(crate) fn first<'n>(&'n self, name: &'n str) -> Option<&'n Self> {
        self.all(name).next()
    }
}

/// The elements under a root.
pub(crate) struct Elements<R: Read> {
    reader: Reader<BufReader<Decoded<R>>>,
    progress: Progress,
    buffer: Vec<u8>,
    count: u64,
    ended: bool,
    /// The root.
    pub(crate) root: Node,
}

impl<R: Read> Elements<R> {
    /// Reads up to the root, which must have this name.
    pub(crate) fn new(input: R, encoding_name: &str, root: &str) -> Result<Self, InputError> {
        let unknown = || InputError::Encoding { at: 0, encoding: format!("a known encoding (`{encoding_name}`)") };
        let progress = Progress::default();
        progress.next_row(1);
        let decoded = Decoded::new(input, encoding(encoding_name).ok_or_else(unknown)?, None, progress.clone())?;
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 * 1024, decoded));
        reader.config_mut().expand_empty_elements = true;
        let mut elements = Self { reader, progress, buffer: Vec::new(), count: 0, ended: false, root: Node::default() };
        let first = loop {
            match elements.event()? {
                Some(Piece::Text(text)) if text.trim().is_empty() => {}
                first => break first,
            }
        };
        match first {
            Some(Piece::Open(node)) if node.name == root => elements.root = node,
            Some(Piece::Open(node)) => {
                let told = format!("its root is <{}>, not <{root}>; check that this is the right file", node.name);
                return Err(elements.refused(told));
            }
            Some(_) => return Err(elements.refused("it is no XML; check that this is the right file")),
            None => return Err(InputError::Empty),
        }
        Ok(elements)
    }

    fn refused(&self, detail: impl Into<String>) -> InputError {
        InputError::Xml { at: self.reader.buffer_position(), detail: detail.into() }
    }

    /// The next thing that matters; `None` at the end.
    fn event(&mut self) -> Result<Option<Piece>, InputError> {
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            self.progress.next_row(self.count + 1);
            let piece = match event {
                Ok(Event::Start(start) | Event::Empty(start)) => node(&start).map(Piece::Open),
                Ok(Event::End(_)) => Ok(Piece::Close),
                Ok(Event::Text(text)) => Ok(Piece::Text(text.xml10_content().into_owned())),
                Ok(Event::CData(text)) => Ok(Piece::Text(text.xml10_content().into_owned())),
                Ok(Event::GeneralRef(reference)) => match reference.resolve_char_ref() {
                    Ok(Some(letter)) => Ok(Piece::Text(letter.to_string())),
                    Ok(None) => predefined(&reference.xml10_content()).map(|text| Piece::Text(text.to_owned())),
                    Err(error) => Err(error.to_string()),
                },
                Ok(Event::DocType(_)) => {
                    Err("it declares a document type, which is refused; take the <!DOCTYPE …> out".to_owned())
                }
                Ok(Event::Decl(_) | Event::Comment(_) | Event::PI(_)) => continue,
                Ok(Event::Eof) => return Ok(None),
                Err(quick_xml::Error::Io(error)) => return Err(of_io(&error)),
                Err(error) => Err(format!("{error}; it is no XML, or was cut off")),
            };
            return piece.map(Some).map_err(|detail| self.refused(detail));
        }
    }

    fn element(&mut self) -> Result<Option<Node>, InputError> {
        loop {
            match self.event()? {
                Some(Piece::Open(node)) => {
                    self.count += 1;
                    if self.count > ELEMENTS_MAX {
                        return Err(InputError::TooMany { what: "elements", max: ELEMENTS_MAX });
                    }
                    return self.filled(node).map(Some);
                }
                Some(Piece::Text(text)) if text.trim().is_empty() => {}
                Some(Piece::Text(_)) => return Err(self.refused("there is text between its elements; it is damaged")),
                Some(Piece::Close) => {
                    self.ended = true;
                    return Ok(None);
                }
                None => return Err(self.refused("it ends in the middle; it was cut off: get the whole file")),
            }
        }
    }

    /// The element with all that stands in it.
    fn filled(&mut self, node: Node) -> Result<Node, InputError> {
        let mut open = vec![node];
        let (mut nodes, mut bytes) = (1, 0);
        loop {
            match self.event()? {
                Some(Piece::Open(node)) => {
                    nodes += 1;
                    bytes += node.attributes.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
                    open.push(node);
                }
                Some(Piece::Text(text)) => {
                    bytes += text.len();
                    if let Some(node) = open.last_mut() {
                        node.text.push_str(&text);
                    }
                }
                Some(Piece::Close) => {
                    let Some(done) = open.pop() else { return Err(self.refused("it closes more than it opens")) };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
                None => return Err(self.refused("it ends in the middle; it was cut off: get the whole file")),
            }
            if open.len() > DEPTH_MAX || nodes > NODES_MAX || bytes > TEXT_BYTES_MAX {
                let limits = format!("{DEPTH_MAX} levels, {NODES_MAX} elements or {TEXT_BYTES_MAX} bytes");
                return Err(self.refused(format!("element {} holds more than {limits}", self.count)));
            }
        }
    }
}

enum Piece {
    Open(Node),
    Close,
    Text(String),
}

/// An error of the layers below, which may be one of ours.
fn of_io(error: &std::sync::Arc<std::io::Error>) -> InputError {
    let ours = error.get_ref().and_then(|inner| inner.downcast_ref::<InputError>());
    match ours {
        Some(InputError::RowTooLong { row, max }) => InputError::RowTooLong { row: *row, max: *max },
        Some(InputError::Encoding { at, encoding }) => InputError::Encoding { at: *at, encoding: encoding.clone() },
        _ => InputError::Io(std::io::Error::new(error.kind(), error.to_string())),
    }
}

fn predefined(name: &str) -> Result<&'static str, String> {
    Ok(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        other => return Err(format!("it uses the entity &{other}; which is refused; write the letter itself")),
    })
}

fn node(start: &BytesStart<'_>) -> Result<Node, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| format!("{error}; it is damaged"))?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0);
        let value = value.map_err(|error| format!("{error}; write the letter itself"))?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Node { name: start.name().as_ref().to_owned(), attributes, ..Node::default() })
}

impl<R: Read> Iterator for Elements<R> {
    type Item = Result<Node, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let element = self.element().transpose();
        self.ended |= matches!(element, Some(Err(_)));
        element
    }
}

#[cfg(test)]
#[path = "xml_tests.rs"]
mod tests;
