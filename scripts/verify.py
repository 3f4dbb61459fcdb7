#!/usr/bin/env python3
# Verifies proofs and bundles of a ledger with Python alone: verify.py KEY FILE... A second opinion beside
# `servanda verify`, short enough to be read. Prints a verdict for each file; ends with 3 if one of them is INVALID.
import base64, functools, hashlib, json, sys

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519, RFC 8032
D = -121665 * pow(121666, -1, P) % P

def need(holds, what):
    if not holds:
        raise ValueError(what)

def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def leaf_hash(entry): return sha(b"\0", entry)
def node_hash(left, right): return sha(b"\1", left, right)

def number(text):
    need(text.isascii() and text.isdigit() and str(int(text)) == text and int(text) < 2**64, "a number is misspelt")
    return int(text)

def base64_bytes(text):
    raw = base64.b64decode(text.encode(), validate=True)
    need(base64.b64encode(raw).decode() == text, "base64 is misspelt")
    return raw

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        q, p, n = add(q, p) if n & 1 else q, add(p, p), n >> 1
    return q

def point(raw):
    y, sign = int.from_bytes(raw, "little") % 2**255, raw[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    need(y < P and x * x % P == square and not (x == 0 and sign), "this is no point of the curve")
    x = x if x & 1 == sign else P - x
    p = (x, y, 1, x * y % P)
    need(times(8, p)[0] != 0, "this point is of small order")
    return p

B = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

def signed(public, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L
    left, right = times(s, B), add(point(r), times(k, point(public)))
    need(s < L and all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1)), "the signature is wrong")

def public_key(key):
    name, key_id, raw = key.split("+", 2)
    raw = base64_bytes(raw)
    need(len(raw) == 33 and raw[0] == 1, "this is no public key of a log")
    need(name and sha(name.encode(), b"\n", raw)[:4].hex() == key_id, "this is no public key of a log")
    return name, key_id, raw[1:]

def opened(note, keys):  # C2SP signed-note: the text, and those of the keys that signed it, in the order of the lines
    need(len(note.encode()) <= 65536 and all(c >= " " or c == "\n" for c in note) and note.endswith("\n"), "no note")
    text, lines = note[:-1].rsplit("\n\n", 1)
    need(text and len(lines.split("\n")) <= 100, "no note")
    text, signers = text + "\n", []
    for line in lines.split("\n"):
        dash, signer, encoded = line.split(" ", 2)
        raw = base64_bytes(encoded)
        need(dash == "\u2014" and signer and "+" not in signer and len(raw) > 4, "a signature is misspelt")
        need(not any(c.isspace() for c in signer), "a signature is misspelt")
        for key in keys:
            name, key_id, public = public_key(key)
            if signer == name and raw[:4].hex() == key_id:
                need(len(raw) == 68, "a signature has the wrong length")
                signed(public, text.encode(), raw[4:])
                signers.append(key)
    return text, signers

@functools.cache
def rotation(note):  # the log's key was replaced: both keys signed the place of the entry that says so
    first, origin, place, old, new = note.split("\n\n")[0].split("\n")
    (name, old_id, _), (new_name, new_id, _) = public_key(old), public_key(new)
    need(first == "servanda rotation of a log's key v1" and origin == name == new_name, "no rotation of a key")
    need(opened(note, [old, new])[1] == [old, new] and note.count("\n") == 8, "both keys must sign a rotation")
    need(old_id != new_id and number(place) > 0, "no rotation of a key")
    return number(place), old, new

def follow(key, rotations):  # the keys of the log: each with its first size, and the size at which it ended
    keys = {key: [0, 2**64]}
    for place, old, new in rotations:
        if old in keys:
            need(keys[old][0] < place and keys[old][1] == 2**64, f"a key that had ended signed rotation {place}")
            keys[old][1] = place
        need(new not in keys or keys[new] == [0, 2**64], f"rotation {place} goes back to an earlier key")
        if new in keys or old in keys:
            keys[new] = [place, 2**64]
    return keys

def checkpoint(note, key, rotations):  # C2SP tlog-checkpoint
    keys = follow(key, rotations)
    text, signers = opened(note, keys)
    lines = text[:-1].split("\n")
    need(signers and lines[0] == public_key(key)[0] and len(lines) >= 3 and all(lines), "the log did not sign this")
    size, root = number(lines[1]), base64_bytes(lines[2])
    need(len(root) == 32, "the root is misspelt")
    need(any(keys[k][0] <= size < keys[k][1] for k in signers), "the key that signed this was not the log's then")
    need(all(place <= size for place, _, _ in rotations), "a rotation is beyond the end")
    return size, root

def proof(text, key):  # C2SP tlog-proof, RFC 9162 section 2.1.3.2
    head, note = text.split("\n\n", 1)
    lines = head.split("\n")
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1" and lines[0].startswith("extra "), "no proof with its entry")
    entry, behind, notes = base64_bytes(lines.pop(0)[6:]).partition(b"\n")
    notes = [line + "\n" for line in notes.decode().split("\n")]  # the last is empty, behind the last line feed
    need((len(notes) > 1) == bool(behind) and len(notes) % 8 == 1 and notes.pop() == "\n", "no proof")
    rotations = [rotation("".join(notes[n : n + 8])) for n in range(0, len(notes), 8)]
    need(all(one[0] < next[0] for one, next in zip(rotations, rotations[1:])), "rotations out of order")
    need(lines[0].startswith("index ") and len(lines) <= 65, "no proof")
    place, (size, root) = number(lines.pop(0)[6:]), checkpoint(note, key, rotations)
    need(place < size, "the place is beyond the end")
    last, found = size - 1, leaf_hash(entry)
    for beside in map(base64_bytes, lines):
        need(last and len(beside) == 32, "the proof is too long")
        if place & 1 or place == last:
            found = node_hash(beside, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        place, last = place >> 1, last >> 1
    need(last == 0 and found == root, "the entry is not in the log")

def bundle(raw, key):
    need(raw.endswith(b"\n"), "the file is cut off")
    header, *entries, trailer = raw[:-1].split(b"\n")
    rotations = []
    for place, entry in enumerate(entries, 1):
        if b'"type":"LogKeyRotated"' in entry and json.loads(entry)["type"] == "LogKeyRotated":
            rotations.append(rotation(json.loads(entry)["data"]["statement"]))
            need(rotations[-1][0] == place, "a rotation is not in its place")
    size, root = checkpoint(json.loads(trailer)["checkpoint"], key, rotations)
    need(len(entries) == size == json.loads(header)["entries"] == json.loads(trailer)["entries"], "entries are missing")
    trees = []  # the roots of complete subtrees, with how many leaves each has
    for entry in entries:
        trees.append((1, leaf_hash(entry)))
        while len(trees) > 1 and trees[-1][0] == trees[-2][0]:
            (n, right), (_, left) = trees.pop(), trees.pop()
            trees.append((2 * n, node_hash(left, right)))
    found = trees.pop()[1] if trees else sha()
    while trees:
        found = node_hash(trees.pop()[1], found)
    need(found == root, "the entries are not those that were signed")

bad = 0
for path in sys.argv[2:]:
    try:
        raw = open(path, "rb").read()
        proof(raw.decode(), sys.argv[1]) if raw.startswith(b"c2sp.org/") else bundle(raw, sys.argv[1])
        print("UNWITNESSED", path)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        bad = 3
        print("INVALID", path, f"({error})")
    except OSError as error:
        sys.exit(f"verify.py: {error}; check the name")
sys.exit(bad)
