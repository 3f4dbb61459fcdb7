# Sentences for people, in English. Each says what is wrong and what to do next.
# The four files have the same messages with the same variables; a test compares them.

## Titles of problems, by HTTP status

title-400 = The request cannot be read
title-401 = Sign in with an access token
title-403 = Not permitted
title-404 = Not found
title-405 = Method not allowed here
title-408 = The request took too long
title-409 = The ledger says otherwise
title-412 = The thing has changed meanwhile
title-413 = Too large
title-415 = This kind of content is not accepted
title-422 = A field is not valid
title-429 = Too many requests at this moment
title-500 = Something went wrong on our side
title-503 = Not available at this moment
title-507 = No space left

## Reading a command

command_too_large = The command is longer than 64 KiB. Shorten its texts, or attach documents as evidence by their address.
invalid_utf8 = The text is not valid UTF-8. Save it in UTF-8 and send it again.
malformed_json = This is not valid JSON: see line { $line }, column { $column }. Correct it there and send it again.
duplicate_key = The field “{ $field }” stands there twice. Keep one of them.
float_not_allowed = The number { $value } has a fraction. Write amounts and other decimals as text in quotes, such as "12.50".
integer_too_large = The number { $value } is too large to be read the same way everywhere. Write it as text in quotes, or use a smaller one.
unknown_command = There is no command “{ $value }”. The commands are listed in the interface description at /openapi.json.

## Fields

unknown_field = The field “{ $field }” is not known here. Check its spelling or leave it out.
missing_field = The field “{ $field }” is missing. Add it.
unknown_value = “{ $field }” is not one of the values allowed here. Choose one of these: { $allowed }.
invalid_field = This value has the wrong form ({ $detail }). Compare it with the interface description at /openapi.json.
malformed_id = { $kind ->
    [command] “{ $value }” cannot be the id of a command. Use 1 to 64 letters, digits and signs, without spaces and quotes.
    [event] “{ $value }” is not the id of an event. Copy it from the entry; it looks like “command-id.1”.
    [stream] “{ $value }” is not the name of a stream. Write the family and the id, such as “commitment-lorraine-branch”.
    [family] “{ $value }” is not a family. Choose party, package, agreement, commitment or indicator.
   *[other] “{ $value }” cannot be an id. Use 1 to 64 lower-case letters a to z, digits, “-” and “_”, beginning with a letter or a digit.
}
malformed_language = “{ $value }” is not a language tag. Write for example en, fr, kk or ru.
malformed_text = This text cannot be recorded. It must not be empty, nor longer than 8,000 bytes, nor hold control characters.
no_text = A text in at least one language is needed, such as {"{"}"en": "…"{"}"}.
malformed_decimal = “{ $value }” is not a decimal number. Write digits with a point, such as "1250.00", without spaces and exponents.
decimal_overflow = The number “{ $value }” has too many digits. Use at most 28.
negative_amount = The amount { $value } is below zero. Record the amount as it was paid; money sent back is recorded as a return.
negative_weight = The weight { $value } is below zero. Use zero or more.
rate_not_positive = The rate { $value } is not above zero. Check it with its source.
amount_too_large = The number { $value } is larger than the ledger accepts. Check the digits and the unit.
amount_too_precise = { $value } has more decimals than { $currency } has. Round it as the source does, or check the currency.
unknown_currency = “{ $value }” is not a currency code. Use the three letters of ISO 4217, such as EUR, KZT or USD.
unknown_country = “{ $value }” is not a country code. Use the three letters of ISO 3166-1, such as KAZ or FRA.
malformed_date = “{ $value }” is not a date that the ledger can read. Write 2025, 2025-Q3, 2025-03, 2025-03-31 or 2025-01/2025-09.
impossible_date = There is no such day as { $value }. Check the month and the day.
malformed_instant = “{ $value }” is not a moment in time. Write for example 2025-03-31T09:00:00Z.
interval_backwards = The interval “{ $value }” ends before it begins. Exchange its two dates.
date_disagrees = The words “{ $value }” and the dates beside them do not agree. Send the words alone.
relative_date_without_anchor = “{ $value }” means something only together with the day on which it was said. Add that day as “anchor”, or write the date itself.
malformed_hash = “{ $value }” is not a SHA-256 hash. It has 64 characters, 0 to 9 and a to f.

## Refusals of the rules

party_already_registered = The party { $party } is registered already, with other data. Correct that entry, or choose another id.
org_id_taken = The register number { $key } already belongs to { $stream }. Use that party, or check the number.
country_missing = A state or a body of a state needs its country. Add the country code.
parent_is_self = A party cannot be part of itself. Name the body that it belongs to, or leave the field out.
fewer_than_two_parties = A package is announced by at least two parties. Name them all.
package_already_announced = This package is announced already, with other data. Correct that entry, or choose another id.
package_unknown = The ledger has no package { $stream }. Record its announcement first, or check the id.
declared_total_already_recorded = A declared total with this id is recorded already, with other data. Correct that entry, or choose another id.
amount_without_currency = An amount needs its currency. Add the currency code.
count_with_currency = A number of documents has no currency. Leave the currency out, or record an amount.
agreement_already_registered = This agreement is registered already, with other data. Correct that entry, or choose another id.
agreement_unknown = The ledger has no agreement { $stream }. Register it first, or check the id.
no_party = An agreement needs at least one party. Name its parties.
party_not_listed = { $party } is not listed as a party of this agreement. Check the party, or correct the agreement's list.
party_already_signed = A signature of { $party } is recorded already, with other data. Correct that entry if it is wrong.
signature_in_future = A signature cannot be dated { $date }: that day has not come yet. Record it when it has happened.
already_linked = This agreement belongs to another package already. Retract that link first if it is wrong.
commitment_already_made = This commitment is recorded already, with other data. Correct that entry, or choose another id.
commitment_unknown = The ledger has no commitment { $stream }. Record the commitment first, or check the id.
still_a_prospect = { $stream } is only under consideration; nothing was promised yet. Record the commitment under an id of its own.
prospect_already_noted = This prospect is noted already, with other data. Correct that entry, or choose another id.
no_obligor = A commitment needs someone who must deliver. Name at least one obligor.
amount_of_unknown_value = An amount is given although its value is said to be unknown. Say that the value is known, or leave the amount out.
known_value_without_amount = The value is said to be known but no amount is given. Add the amount, or say that the value is unknown.
milestone_unknown = This commitment has no milestone { $milestone }. Plan it first, or check the id.
milestone_already_planned = The milestone { $milestone } is planned already, with other data. Give it a new baseline, correct the entry, or choose another id.
milestone_already_achieved = The milestone { $milestone } is reported as achieved already. Correct or retract that entry if it is wrong.
milestone_already_cancelled = The milestone { $milestone } was cancelled. Retract the cancellation if it was an error.
baseline_not_next = The next baseline of this milestone is number { $expected }, not { $given }. Someone may have moved it meanwhile: look at it again.
nothing_rebaselined = A new baseline needs a new due date, a new weight, or both.
achievement_in_future = Nothing can be achieved on { $date } yet: that day has not come. Report it when it has happened.
reporter_missing = Someone must answer for this statement. Name the party that reports it.
funds_already_committed = Funds are committed under { $flow } already, with other data. Correct that entry, or choose another id.
amount_not_positive = The amount must be above zero.
payment_in_future = A payment cannot be dated { $date }: that day has not come yet. Record it when it has happened.
payment_already_recorded = The payment with the reference { $key } is recorded already in { $stream }. If this is another payment, give its own reference.
flow_unknown = Nothing was paid out under { $flow }. Check the id of the flow.
return_above_disbursed = More would be returned than the { $disbursed } that were paid out. Check the amount.
entry_unknown = There is no event { $event } in this stream. Copy its id from the entry.
not_a_claim = The event { $event } is not a claim, so that nobody can answer it. Choose the report of an achievement or of a payment.
own_claim = { $party } made this claim and cannot answer it itself. Another party must.
not_a_party = { $party } is not a party of this commitment, its agreement or its package, and cannot answer for one.
claim_already_disputed = { $party } disputes this claim already, on other grounds. Correct that entry to change the grounds.
no_patch = Nothing is named that should be corrected. Add at least one change.
target_is_correction = The event { $event } is itself a correction or a retraction. Correct the entry that it was about once more.
already_retracted = The event { $event } was retracted; it stays readable but can no longer be changed. Record the fact anew if it happened.
old_value_differs = At { $path } there stands now: { $found }. Someone may have corrected it meanwhile: look at it again.
identity_not_correctable = { $path } says which thing this entry is about and cannot be corrected. Retract the entry and record it for the right thing.
correction_invalid = With the correction at { $path } the entry would not be valid ({ $detail }). Check the new value.
nothing_corrected = The correction changes nothing. Check the new values.
rate_is_superseded = An exchange rate is never corrected. Record a new rate under an id of its own, or retract this one.
dependants_remain = Other entries stand on this one: { $events }. Name them as dependants so that they go with it, or keep it.
not_a_dependant = The event { $event } does not stand on the retracted one. Take it from the list, and retract it by itself if it is wrong.
indicator_already_defined = This indicator is defined already, with other data. Correct that entry, or choose another id.
indicator_unknown = The ledger has no indicator { $stream }. Define it first, or check the id.
rate_already_recorded = An exchange rate with this id is recorded already, with other data. Choose another id.
same_currency = A rate converts between two different currencies. Check them.
date_differs = The date given beside the data differs from the one in the data, { $date }. Leave one of them out.
umbrella_is_self = A framework cannot contain itself. Name the framework that it belongs to, or leave the field out.
not_a_disbursement = The event { $event } is not a payment that was made under this flow. Copy the id of the payment that the money came from.
date_in_future = It cannot be dated { $date }: that day has not come yet. Record it when it has happened.
revision_differs = You expected version { $expected } of this thing; the ledger has { $found }. Look at what changed, then send your command again.

## Recording

command_id_reused = This command id was used before for another content. Send a new command under a new id; the first one stays as it was recorded.
busy = The ledger is taking in as much as it can. Nothing was recorded; send the same command again in a moment.
entry_too_large = The entry would be longer than 65,535 bytes. Shorten its texts.
disk_full = The disk of the ledger is full. Nothing was recorded; tell the operator, who must make space.
read_only = The ledger can be read but not written at this moment. Nothing was recorded; tell the operator.
log_unavailable = The ledger cannot be reached at this moment. Send the same command again later: if it was recorded after all, it will not be recorded twice.
ledger_in_use = The data directory is in use by another process. Stop that process, or choose another directory.
newer_version = The ledger was written by a newer version of servanda. Install that version.
log_damaged = The ledger cannot read one of its entries. Tell the operator; nothing was changed.

## Access

token_missing = An access token is needed here. Ask your administrator for one and send it in the header “Authorization: Bearer …”.
token_invalid = This access token is not valid: mistyped, unknown, revoked or expired. Ask your administrator for a new one.
user_disabled = The account behind this token is disabled. Ask your administrator.
scope_missing = This token may { $scope ->
    [read] only read
   *[other] not do this
}; the request needs the scope “{ $needed }”. Ask your administrator for another token.
not_your_party = This token speaks for { $party } only and cannot record a statement of { $given }. Leave the reporting party out, or use that party's token.
not_your_statement = This entry is a statement of { $given }; a token of { $party } cannot correct or retract it. You may dispute it instead.
entry_of_nobody = This entry names no reporting party, so that a party's token cannot correct or retract it. Ask an administrator.
foreign_origin = This request comes from another web site and was not carried out. Send it from the ledger's own pages or a program of your own.

## The interface

route_unknown = There is nothing at { $path }. The addresses are listed at /openapi.json.
method_not_allowed = { $method } is not possible here; { $allowed } is. Facts are never changed in place: a correction is a new command.
unsupported_type = The content type “{ $given }” is not accepted here. Send { $allowed }.
body_too_large = The request is longer than { $limit } bytes. Send it in parts.
body_unreadable = The request broke off before its end. Send it again.
not_found = The ledger has no { $kind } “{ $id }” at the dates asked for. Check the id, “as_of” and “known_at”.
entry_not_found = The log has no entry at position { $position }; it ends at { $head }.
unknown_parameter = The parameter “{ $name }” is not known here. Possible are: { $allowed }.
parameter_twice = The parameter “{ $name }” is given twice. Keep one.
bad_parameter = The parameter “{ $name }” cannot be “{ $value }”. Expected is { $expected }.
parameter_missing = The parameter “{ $name }” is missing. Add it to the address.
bad_header = The header “{ $name }” cannot be “{ $value }”. Expected is { $expected }.
bad_page_token = This page token is not valid for these filters. Begin again from the first page.
position_ahead = Position { $position } is ahead of the ledger, which ends at { $head }. Ask for a position up to that, or wait for it with “wait_for”.
not_yet_applied = The pages have not reached position { $position } within { $seconds } seconds. Ask again in a moment.
idempotency_key_differs = The header “Idempotency-Key” and the field “command_id” name different ids. Send one of them, or the same in both.
revision_twice = The header “If-Match” and the field “expected_revision” name different versions. Send one of them.
one_command_only = The header “{ $name }” goes with a single command only. In a list, write it into each command.
line_empty_body = The request holds no command. Send one JSON object, or one on each line.
timeout = The answer took too long and was given up. Ask again; a command sent again under the same id is never recorded twice.
shutting_down = The service is being stopped. Send the request again in a moment.
internal = The request could not be carried out through a fault of ours. Tell the operator the number of this request.
projection_unavailable = The pages cannot be read at this moment. Recording goes on; ask again in a moment.

## Warnings that stand in an entry

flag-no_org_id = This party has no number from a public register.
flag-party_unknown = A party named here is not registered in the ledger.
flag-no_anchor_date = The day on which this was announced is not given, so that words such as “this year” mean nothing.
flag-breakdown_does_not_sum = The parts of the declared total do not add up to it.
flag-legal_effect_inferred = Whether it binds was read from the title only.
flag-signed_after_effect = It was signed after the date on which it is said to take effect.
flag-signed_outside_package = It was signed on another day than the package was announced.
flag-package_unknown = The package named here is not in the ledger.
flag-agreement_unknown = The agreement named here is not in the ledger.
flag-agreement_not_signed = The agreement had no recorded signature at the date of this fact.
flag-no_planned_end = No date is given by which it is to be done.
flag-end_before_start = The planned end lies before the planned start.
flag-no_due_date = This milestone has no due date and can never be overdue.
flag-late_reschedule = The date was moved after the old one had passed.
flag-before_signature = It was achieved before the agreement was signed.
flag-no_evidence = No document supports this claim.
flag-currency_differs = The currency differs from the commitment's, and no rate is recorded.
flag-above_committed = More has been paid out than was committed.
flag-no_funds_committed = Money was paid out without a recorded commitment of funds.
flag-confirmation_lapses = Confirmations given before this correction no longer count.
flag-period_overlaps = The period overlaps another one from the same source.

## The front page

page-motto = The ledger of commitments between states
page-ledger = Ledger
page-language = Language
page-demo = Some of these entries are invented, to demonstrate the program. They are marked “demonstration”.
page-demo-mark = demonstration
page-when = This page shows what was so by { $as_of }, as the ledger knew it at entry { $position }.
page-past = You are looking at the past.
page-back = Back to today
page-form = Another date, or what was known earlier
page-as-of = What was so by this date
page-known-at = As known at this entry or moment
page-known-at-hint = For example 17 or 2025-03-31T09:00:00Z. Empty means now.
page-show = Show
page-empty = Nothing was recorded by then.
page-announced = Announced on { $date } by { $parties }
page-announced-undated = Announced by { $parties }; the day is not given
page-place = Place
page-coverage = Declared, and named in the ledger
page-class = Documents
page-all-documents = All documents
page-declared = Declared
page-identified = In the ledger
page-remainder = Not yet
page-share = Share
page-amount = Declared amount
page-amount-identified = Amounts in the ledger
page-amount-none-known = None of the amounts behind it is known.
page-amount-some-unknown = At least; the amounts of { $count } commitments are not known.
page-scope-ambiguous = The source can be read in two ways: it does not say clearly which documents the amount covers. It is not spread over documents.
page-completion = Completion
page-measured = { $measurable } measurable of { $identified } commitments in the ledger; { $documents } of { $declared } declared documents are in the ledger.
page-measured-undeclared = { $measurable } measurable of { $identified } commitments in the ledger.
page-unverifiable = { $count } can be verified by nobody and are set aside.
page-not-measurable = not measurable
page-verified = Confirmed by another party
page-disputed = Disputed
page-of-achieved = of achieved milestones
page-money = Money paid out
page-of-committed = of { $committed }
page-returned = { $returned } came back
page-overdue = Overdue
page-none-overdue = Nothing is overdue.
page-milestone = Milestone
page-due-first = First due
page-due-now = Due now
page-days-late = Days late
page-commitments = Commitments
page-commitment = Commitment
page-achieved = Milestones achieved
page-achieved-of = { $achieved } of { $planned }
page-more = All of them
page-prospects = Only under consideration, not promised
page-indicators = Indicators
page-indicators-hint = Context, not delivery.
page-indicator = Indicator
page-period = Period
page-value = Value
page-source = Source
page-newest = Newest entries
page-entry = Entry
page-recorded = Recorded
page-what = What
page-about = About
page-reported-by = Stated by
page-warnings = Warnings
page-explain = How this is computed
page-interface = Interface description
page-proof = Facts are never changed here. A mistake is corrected by a further entry, and both stay readable.
page-problem = Problem

class-intergovernmental = Intergovernmental
class-interdepartmental = Interdepartmental
class-commercial = Commercial
class-declaration = Declarations
class-unknown = Class not known

qualifier-exact = { $value }
qualifier-about = about { $value }
qualifier-up_to = up to { $value }
qualifier-at_least = at least { $value }

event-PartyRegistered = Party registered
event-PackageAnnounced = Package announced
event-DeclaredTotalRecorded = Declared total recorded
event-AgreementRegistered = Agreement registered
event-AgreementSigned = Agreement signed
event-AgreementLinkedToPackage = Agreement linked to its package
event-ProspectNoted = Prospect noted
event-CommitmentMade = Commitment made
event-MilestonePlanned = Milestone planned
event-MilestoneRebaselined = Milestone moved
event-MilestoneAchieved = Milestone achieved
event-MilestoneCancelled = Milestone cancelled
event-FundsCommitted = Funds committed
event-FundsDisbursed = Funds paid out
event-FundsReturned = Funds returned
event-ClaimConfirmed = Claim confirmed
event-ClaimDisputed = Claim disputed
event-IndicatorDefined = Indicator defined
event-IndicatorObserved = Indicator observed
event-ExchangeRateRecorded = Exchange rate recorded
event-EntryCorrected = Entry corrected
event-EntryRetracted = Entry retracted
