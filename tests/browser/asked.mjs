// Every form of the officials, page by page: what is right, and what is wrong and has to be refused. Read by every.mjs,
// which shows all of them in one language, and by flows, which record.
// Deliberately absent: the ledger in which they are asked, which is the demo's.
const evidence = [
  {
    evidence_title: "Letter 12-3/45 of the ministry",
    evidence_url: "https://example.org/letter.pdf",
    evidence_sha256: "",
  },
  { evidence_title: "", evidence_url: "not an address", evidence_sha256: "abc" },
];
const date = (name, day, month, year) => ({ [`${name}-day`]: day, [`${name}-month`]: month, [`${name}-year`]: year });
const texts = (name, en, fr = "", kk = "", ru = "") => ({
  [`${name}-en`]: en, [`${name}-fr`]: fr, [`${name}-kk`]: kk, [`${name}-ru`]: ru,
});
const money = (name, amount, currency) => ({ [name]: amount, [`${name}-currency`]: currency });

// Forms that begin with nothing.
export const signing = {
  name: "sign",
  begin: "/record/sign?package=paris-visit",
  pages: [
    [{ package: "paris-visit" }],
    [{ parties: ["fra", "kaz"] }, { parties: [] }],
    [texts("titles", "Agreement on a railway", "Accord sur un chemin de fer", "Темір жол туралы келісім",
      "Соглашение о железной дороге"), texts("titles", "")],
    [{ ...date("signed_on", "5", "11", "2024"), place: "Paris" },
      { ...date("signed_on", "31", "2", "2024"), place: "Paris" }],
    [{ signatory_1: "Minister of Transport", signatory_2: "", signature_kind: "definitive" },
      { signatory_1: "Minister" }],
    [{ instrument_kind: "agreement", class: "intergovernmental" }, { instrument_kind: "agreement" }],
    [{ legal_effect: "binding", effect_basis: "stated" }, { effect_basis: "stated" }],
    evidence,
  ],
};
export const commitment = {
  name: "commitment",
  begin: "/record/commitment?agreement=doc-school",
  pages: [
    [texts("statement", "A railway will be built", "Un chemin de fer sera construit", "Темір жол салынады",
      "Будет построена железная дорога"), texts("statement", "")],
    [{ obligors: ["fra"], beneficiaries: ["kaz"] }, { obligors: [], beneficiaries: ["kaz"] }],
    [{ modality: "works", verifiable: "yes", sector: "transport" }, { modality: "works", sector: "transport" }],
    [{ value_status: "known", ...money("amount", "2,200,000.00", "EUR") },
      { value_status: "known", ...money("amount", "a lot", "EURO") }],
    [{ ...date("planned_end", "", "", "2031"), "planned_end-precision": "year" },
      date("planned_end", "40", "13", "2031")],
    evidence,
  ],
};
export const party = {
  name: "party",
  begin: "/record/party",
  pages: [
    [{ ...texts("names", "University of Nancy", "Université de Nancy", "Нанси университеті", "Университет Нанси"),
      party_kind: "university" }, texts("names", "University of Nancy")],
    [{ country: "FRA", org_scheme: "FR-RCS", org_id: "130 015 506" },
      { country: "France", org_scheme: "", org_id: "7" }],
  ],
};
export const package_ = {
  name: "package",
  begin: "/record/package",
  pages: [
    [{ ...texts("titles", "", "Visite à Astana"), ...texts("occasion", "", "Visite officielle") },
      texts("titles", "", "Visite à Astana")],
    [{ parties: ["fra", "kaz"] }, { parties: [] }],
    [{ ...date("anchor_date", "5", "11", "2025"), place: "Astana" },
      { ...date("anchor_date", "", "11", "2025"), place: "Astana" }],
    evidence,
  ],
};

// Forms about a thing.
export const milestone = (commitment) => ({
  name: "milestone",
  begin: `/record/milestone?commitment=${commitment}`,
  pages: [
    [texts("titles", "First train", "Premier train", "Алғашқы пойыз", "Первый поезд"), texts("titles", "")],
    [{ milestone_type: "delivery", weight: "2", ...money("planned_value", "", "") },
      { weight: "-1", ...money("planned_value", "5", "") }],
    [{ ...date("due", "1", "6", "2030"), "due-precision": "day" }, date("due", "1", "", "2030")],
    [texts("acceptance_test", "It runs", "Il roule", "Ол жүреді", "Он едет")],
  ],
});
export const achieve = (commitment, milestone) => ({
  name: "achieve",
  begin: `/record/achieve?commitment=${commitment}`,
  pages: [
    [{ milestone, outcome: "achieved" }, { milestone }],
    [date("happened_on", "2", "3", "2026"), date("happened_on", "31", "2", "2026")],
    [{ deliverable: "the first train", ...money("amount", "1 250,50", "eur") },
      { deliverable: "the first train", ...money("amount", "1 250,50", "") }],
    evidence,
  ],
});
export const answerTo = (commitment, claim, word = "otherwise", why = {}) => ({
  name: `answer-${word}`,
  begin: `/record/answer?commitment=${commitment}&claim=${claim}`,
  pages: [
    [{ answer: word }, {}],
    word === "otherwise" ? [
      { ...date("other_date", "", "4", "2026"), ...money("other_amount", "900", "EUR"), difference: "A part", ...why },
      { ...date("other_date", "", "", ""), ...money("other_amount", "", ""), difference: "A part" },
    ] : word === "confirm" ? [{ remark: "Seen", ...why }] : word === "dispute"
      ? [{ grounds: "Nothing runs there", ...why }, { grounds: "" }]
      : [{ not_ours: "Another ministry", ...why }, { not_ours: "" }],
  ],
});
export const funds = (commitment) => ({
  name: "funds",
  begin: `/record/funds?commitment=${commitment}`,
  pages: [
    [{ ...money("amount", "100", "EUR"), finance_type: "grant", ...date("committed_on", "", "3", "2025") },
      { ...money("amount", "-5", "EUR"), ...date("committed_on", "", "3", "2025") }],
    [{ payer: "fra", payee: "kaz" }, { payer: "fra" }],
    evidence,
  ],
});
export const paid = (commitment) => ({
  name: "paid",
  begin: `/record/paid?commitment=${commitment}`,
  pages: [
    [{ ...money("amount", "60", "EUR"), ...date("value_date", "1", "2", "2026") }, money("amount", "60", "XX")],
    [{ flow: "", reference: "TR-1" }],
    [{ payer: "fra", payee: "kaz" }, { payee: "kaz" }],
    evidence,
  ],
});
export const returned = (commitment, payment) => ({
  name: "returned",
  begin: `/record/returned?commitment=${commitment}`,
  pages: [
    [{ payment }, {}],
    [{ ...money("amount", "10", "EUR"), ...date("returned_on", "", "3", "2026"), reason: "unspent" },
      { ...money("amount", "10", "EUR"), ...date("returned_on", "", "3", "2026"), reason: "" }],
    evidence,
  ],
});
export const correction = (entry, values) => ({
  name: "correct",
  begin: `/record/correct?entry=${entry}`,
  pages: [
    [{ why: "wrong" }, {}],
    [values],
    [{ error_kind: "clerical" }, {}],
    [{ correction_reason: "A slip of the pen" }, { correction_reason: "" }],
    evidence,
  ],
});
export const amendment = (entry) => ({
  name: "amend",
  begin: `/record/correct?entry=${entry}`,
  pages: [
    [{ why: "agreed" }, {}],
    [{ ...date("moved_due", "", "", "2032"), moved_weight: "" },
      { ...date("moved_due", "", "13", "2032"), moved_weight: "x" }],
    [{ agreed_by: ["fra", "kaz"] }, { agreed_by: [] }],
    [{ correction_reason: "The contractor changed" }, { correction_reason: "" }],
    evidence,
  ],
});
export { evidence, date, texts, money };
