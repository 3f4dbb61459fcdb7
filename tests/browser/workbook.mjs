// The rows of a workbook's first sheet as texts, to see what the service wrote. Reads the little of the format that it
// writes: texts kept once for all cells. Deliberately absent: anything else that a workbook may hold.
import { inflateRawSync } from "node:zlib";

const DIRECTORY_END = "PK\x05\x06";
const DIRECTORY_ENTRY = 0x02014b50;

// A file of the archive; the directory at its end says where each begins.
function file(archive, name) {
  let at = archive.readUInt32LE(archive.lastIndexOf(DIRECTORY_END) + 16);
  while (archive.readUInt32LE(at) === DIRECTORY_ENTRY) {
    const [named, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const begin = at + 46;
    if (archive.toString("utf8", begin, begin + named) === name) {
      const local = archive.readUInt32LE(at + 42);
      const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const packed = archive.subarray(from, from + archive.readUInt32LE(at + 20));
      return (archive.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed).toString("utf8");
    }
    at = begin + named + extra + comment;
  }
  throw new Error(`the workbook has no ${name}`);
}

function plain(xml) {
  const text = xml.replace(/<[^>]*>/g, "");
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");
}

export function rows(archive) {
  const texts = [...file(archive, "xl/sharedStrings.xml").matchAll(/<si>(.*?)<\/si>/gs)].map(([, xml]) => plain(xml));
  const sheet = file(archive, "xl/worksheets/sheet1.xml");
  const cells = (row) => [...row.matchAll(/<c [^>]*t="s"[^>]*><v>(\d+)<\/v>/g)].map(([, place]) => texts[place]);
  return [...sheet.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row]) => cells(row));
}
