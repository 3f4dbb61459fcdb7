# The pages of those who read: lists, one thing, history, figures, search.

head-titles = Title
head-names = Names
head-agreement = Agreement
head-commitment = Commitment
head-prospect = Prospect, not promised
head-package = Package
head-packages = Packages it belongs to
head-party = Party
head-parties = Parties
head-parent = Part of
head-merged = Taken over from
head-country = Country
head-kind = Kind
head-status = Status
head-signed = Signed
head-signatures = Signatures
head-class = Class
head-effect = Legal effect
head-in-force = In force since
head-ended = Ended
head-announced = Announced
head-occasion = Occasion
head-statement = What was promised
head-first-statement = First promised as
head-obligors = Who must deliver
head-beneficiaries = For whom
head-amount = Amount
head-made = Made
head-planned-end = Planned end
head-condition = Condition
head-suspended = Suspended since
head-verifiable = Can it be checked
head-next-due = Next due
head-achieved = Milestones achieved
head-achieved-on = Achieved
head-claim = Claim
head-answers = Answers
head-document = Document
head-address = Address
head-hash = Hash (SHA-256)
head-what = What
head-date = Date
head-occurred = Happened
head-recorded-by = Recorded by
head-proposed-by = Proposed by
head-reason = Why
head-note = Note
head-corrected = Corrected

list-agreements = { $n_form ->
    [one] { $n } agreement
   *[other] { $n } agreements
}
list-commitments = { $n_form ->
    [one] { $n } commitment
   *[other] { $n } commitments
}
list-packages = { $n_form ->
    [one] { $n } package
   *[other] { $n } packages
}
list-parties = { $n_form ->
    [one] { $n } party
   *[other] { $n } parties
}
list-indicators = { $n_form ->
    [one] { $n } indicator
   *[other] { $n } indicators
}
list-overdue = { $n_form ->
    [one] { $n } overdue milestone
   *[other] { $n } overdue milestones
}
list-more-than = More than { $count }
list-none = Nothing was found. Take something out of the filter, or look at another date.
list-first = First page
list-apply = Apply the filter
filter-words = Words in the text
filter-party = Party
filter-agreement = Agreement
filter-package = Package
filter-all = All
filter-cut = Of many, the first { $n } are offered. The page of any other leads to what is its.
overdue-meaning = Not achieved, and the last day on which it was due is past. The first date stays beside the one that holds now.

section-figures = Figures
section-milestones = Milestones
section-claims = Claims and answers
section-documents = Documents
section-money = Money
section-data = What was recorded
section-bytes = Exact bytes
section-more = More
link-history = History: every entry, corrections included
link-json = The same as data (JSON)
link-its-agreements = Its agreements
link-its-commitments = Its commitments
link-its-overdue = What is overdue of it
as-known = As of { $date }, as known at entry { $position }.
as-of-meaning = The first date asks what was so by a day. The second asks what the ledger knew: leave it empty to use everything that was recorded since.
as-of-slider = Slide to a day
as-of-often = Often asked for

commitments-none = No commitment is recorded here yet.
commitments-first = The first { $shown } of { $n } are shown.
amount-unknown = not stated
not-verifiable = Nobody could check whether it is kept; it is set aside in all figures.
milestones-none = No milestone is recorded. That is not the same as nothing done.
milestones-achieved = Achieved: { $of }.
milestone-moved = { $n_form ->
    [one] moved once
   *[other] moved { $n } times
}
claims-silence = Silence is not consent: a claim without an answer counts as claimed, not as confirmed.
answer-confirms = { $party } agrees
answer-disputes = { $party } disagrees
answer-verified = checked by { $party }
answer-none = Nobody has answered.
documents-about = The ledger keeps the address and the hash, and never opens a document. That one could not be found any more stands here only where somebody recorded it; of the others it is not known.
document-unavailable = Not found there on { $date }
money-owed = Firmly committed
money-planned = Planned payment
money-paid = Paid out
money-returned = Sent back

agreement-registered = registered
agreement-signed = signed
agreement-provisionally_applied = provisionally applied
agreement-in_force = in force
agreement-suspended = suspended
agreement-ended = ended
standing-open = open
standing-overdue = overdue
standing-missed = missed
standing-suspended = suspended
standing-fulfilled = kept
standing-cancelled_mutually = given up by agreement
standing-cancelled_unilaterally = given up by one side
standing-split = divided
standing-prospect = only considered
milestone-achieved_on_time = achieved in time
milestone-achieved_late = achieved late
milestone-achieved_timeliness_unknown = achieved, whether in time is not known
milestone-overdue = overdue
milestone-in_due_window = due now
milestone-at_risk = at risk
milestone-scheduled = due later
milestone-unscheduled = without a date
milestone-missed = missed
milestone-cancelled = given up
claim-claimed = claimed
claim-confirmed = confirmed
claim-verified = verified
claim-disputed = disputed
claim-rejected = rejected
condition-open = not yet met
condition-satisfied = met
condition-waived = waived
instrument-treaty = Treaty
instrument-agreement = Agreement
instrument-arrangement = Arrangement
instrument-memorandum = Memorandum
instrument-protocol = Protocol
instrument-exchange_of_notes = Exchange of notes
instrument-declaration = Declaration
instrument-contract = Contract
instrument-programme = Programme
instrument-unknown = Document of unknown kind
effect-binding = binding
effect-political = political
effect-contractual = contractual
effect-unknown = not known
party-state = State
party-government_body = Public body
party-company = Company
party-university = University
party-io = International organisation
family-party = Party
family-package = Package
family-agreement = Agreement
family-commitment = Commitment or prospect
family-indicator = Indicator
indicator-rate = Exchange rate { $base } to { $quote }
indicator-rate-value = 1 { $base } = { $rate } { $quote }
indicator-values = Values
indicator-values-none = No value is recorded yet.
indicator-context = An indicator shows the circumstances of promises. It never counts as a promise kept.
indicator-unit = Unit
indicator-direction = Which way is better
indicator-sums = May values be added up
indicator-sums-yes = yes
indicator-sums-no = no
indicator-all = All indicators
direction-up = more is better
direction-down = less is better
direction-none = neither
family-ledger = The ledger itself

figure-of = { $part } of { $whole }
figure-completion = Completion
figure-completion-mean = Mean completion
figure-partial = With what is reported done
figure-on-time = Achieved in time
figure-verified = Confirmed by another party
figure-disputed = Disputed
figure-honoured = Commitments kept
figure-cancelled = Given up
figure-slippage = Days late, middle value, against the first date
figure-freshness = Days since the newest report
figure-committed = Firmly committed
figure-disbursed = Paid out
figure-returned = Sent back
figure-delivered = Paid out of what is committed
figures-stand-on = { $n_form ->
    [one] { $measurable } measurable of { $n } commitment.
   *[other] { $measurable } measurable of { $n } commitments.
}
figures-unverifiable = { $n_form ->
    [one] { $n } can be verified by nobody and is set aside.
   *[other] { $n } can be verified by nobody and are set aside.
}
figures-money-elsewhere = The money is that of commitments that stand alone. Money within the amounts of others, and all of it in one currency, is not shown here; the full figures have it: { $path }
figures-prospects = { $n_form ->
    [one] { $n } prospect is not counted as promised.
   *[other] { $n } prospects are not counted as promised.
}
explain-value = Value
explain-meaning = What it is
explain-input-numerator = Part
explain-input-denominator = Whole
explain-input-timeliness-unknown = Not known whether in time
explain-input-equal-weights = Each weighs the same
explain-input-last-report = Newest report
explain-input-unconverted = Payments without a rate
explain-input-horizon-days = Days ahead that count as soon
explain-input-last-day = Last day
explain-input-owed-without-rate = Debts without a rate
explain-input-scored = With a score
explain-input-substantial-from = Counts as substantial from
explain-input-tolerance = Allowed difference
explain-input-start = Start
explain-input-overdue = Overdue
explain-input-missed = Missed
explain-input-cancelled-unilaterally = Given up by one side
explain-input-milestones = Milestones
explain-input-due = Against
explain-input-due-current = the due date now
explain-input-due-baseline-0 = the first due date
explain-formula = Formula
explain-entries = { $n_form ->
    [one] It stands on { $n } entry
   *[other] It stands on { $n } entries
}
explain-first = The first { $n } are listed; the interface names all.
explain-again = From these entries alone the figure can be computed again.
formula-elsewhere = How it is computed stands in the description of the figures, under this name.

search-title = Search the ledger
search-label = Words to look for
search-hint = In any of the languages; parts of words are found too.
search-found = { $n_form ->
    [one] { $n } text with “{ $words }”
   *[other] { $n } texts with “{ $words }”
}
search-none = Nothing was found. Try fewer words, or a part of a word.
search-narrower = There are more; add a word to find fewer.

history-title = History: { $stream }
entry-title = Entry { $position }
entry-just-after = The thing just after entry { $position }
entry-json = Entry { $position } as data (JSON)
entry-proof = Proof of entry { $position }
entry-bytes = These bytes are the leaf of the tree; their hash is the one above.
corrected-from-to = “{ $old }” became “{ $new }”

entries-title = Newest entries
entries-lead = What was recorded, the newest first, by days in UTC. Each day begins with how many entries of which sort are shown.
entries-families = Only entries about
entries-none = No entry passes this filter here. Take something out of it, or look at older entries.
entries-newest = Newest
entries-older = Older
