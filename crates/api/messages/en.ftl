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
object_expected = Fields have names here: write an object such as {"{"}"name": "value"{"}"}, not a list of values.
malformed_id = { $kind ->
    [command] “{ $value }” cannot be the id of a command. Use 1 to 64 letters, digits and signs, without spaces and quotes.
    [event] “{ $value }” is not the id of an event. Copy it from the entry; it looks like “command-id.1”.
    [stream] “{ $value }” is not the name of a stream. Write the family and the id, such as “commitment-lorraine-branch”.
    [family] “{ $value }” is not a family. Choose party, package, agreement, commitment, indicator or ledger.
   *[other] “{ $value }” cannot be an id. Use 1 to 64 lower-case letters a to z, digits, “-” and “_”, beginning with a letter or a digit.
}
malformed_language = “{ $value }” is not a language tag. Write for example en, fr, kk or ru.
text_missing = The text is empty. Write what belongs there.
text_too_long = The text is { $bytes } bytes long, and at most { $max } are recorded. Shorten it, and attach the whole as a document.
control_character = The text holds a control character, which nobody sees, as character { $at }: { $code }{ $name ->
    [null] {" "}(null)
    [bell] {" "}(bell)
    [backspace] {" "}(backspace)
    [vertical_tab] {" "}(vertical tab)
    [form_feed] {" "}(form feed)
    [carriage_return] {" "}(carriage return)
    [escape] {" "}(escape)
   *[other] {""}
}, in “{ $near }”. Delete it there.
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
org_id_taken = The number { $id } of the register { $scheme } already belongs to “{ $stream }”. Use that party, or check the number.
country_missing = A state or a body of a state needs its country. Add the country code.
parent_is_self = A party cannot be part of itself. Name the body that it belongs to, or leave the field out.
fewer_than_two_parties = A package is announced by at least two parties. Name them all.
package_already_announced = This package is announced already, with other data. Correct that entry, or choose another id.
package_unknown = The ledger has nothing under { $stream }. Record the announcement of the package first, or check the id.
declared_total_already_recorded = A declared total with this id is recorded already, with other data. Correct that entry, or choose another id.
amount_without_currency = An amount needs its currency. Add the currency code.
count_with_currency = A number of documents has no currency. Leave the currency out, or record an amount.
agreement_already_registered = This agreement is registered already, with other data. Correct that entry, or choose another id.
agreement_unknown = The ledger has nothing under { $stream }. Register the agreement first, or check the id.
no_party = An agreement needs at least one party. Name its parties.
party_named_twice = { $party } stands twice in this list. Name each party once.
party_not_listed = { $party } is not listed as a party of this agreement. Check the party, or correct the agreement's list.
party_already_signed = A signature of { $party } is recorded already, with other data. Correct that entry if it is wrong.
signature_in_future = A signature cannot be dated { $date }: that day has not come yet. Record it when it has happened.
already_linked = This agreement belongs to another package already. Retract that link first if it is wrong.
commitment_already_made = This commitment is recorded already, with other data. Correct that entry, or choose another id.
commitment_unknown = The ledger has nothing under { $stream }. Record the commitment first, or check the id.
still_a_prospect = { $stream } is only under consideration; nothing was promised yet. Promote it when it is promised, or record the commitment under an id of its own.
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
payment_already_recorded = A payment with the reference “{ $reference }” (payer: { $payer }) is recorded already, in “{ $stream }”. If it is the same payment, there is nothing to record; if it is another one, give its own reference.
flow_unknown = Nothing was paid out under { $flow }. Check the id of the flow.
return_above_disbursed = More would be returned than the { $disbursed } that were paid out. Check the amount.
entry_unknown = There is no event { $event } in this stream. Copy its id from the entry.
not_a_claim = The event { $event } is not a claim, so that nobody can answer it. Choose the report of an achievement or of a payment.
own_claim = { $party } made this claim and cannot answer it itself. Another party must.
not_a_party = { $party } is not a party of this commitment, its agreement or its package, and cannot answer for one.
claim_already_disputed = { $party } disputes this claim already, on other grounds. Correct that entry to change the grounds.
amendment_id_taken = An amendment { $amendment } is recorded already, with other data. Correct that entry, or choose another id.
prospect_unknown = The ledger has no prospect under { $stream }. Note it first, or make the commitment outright.
prospect_already_promoted = This prospect became a commitment already, with other data. Correct that entry, or amend the commitment.
promise_of_another = The promise bears another id than the prospect. Use the same one in both places.
commitment_closed = This commitment ended on { $date }. Only what was so by then can still be recorded: give that date.
commitment_already_suspended = This commitment is suspended already. Record first that work on it goes on.
commitment_not_suspended = This commitment is not suspended, so that nothing can go on again. Check the id.
amended_before_promise = The promise was made on { $date } and cannot have been amended before. Check the date.
amendment_invalid = With this { $field } the promise would not be valid ({ $detail }). Check the new value.
fewer_than_two_parts = At least two parts are needed. Name them all.
part_named_twice = { $part } is named twice among the parts. Keep it once.
part_is_self = A commitment cannot be a part of itself. Name other commitments.
not_conserved = The parts come to { $found }, the whole to { $expected }. Amounts and weights of the parts must add up to the whole.
condition_unknown = This commitment has no condition { $condition }. Add it first, or check the id.
condition_id_taken = A condition { $condition } is there already, with other words. Choose another id.
condition_already_met = The condition { $condition } is met already. Retract that entry if it is wrong.
waived_by_obligors_alone = Those who must deliver cannot waive a condition alone. Name the other side too.
milestone_already_missed = The milestone { $milestone } was found missed. Reopen it first if it is still to be achieved.
milestone_not_yet_due = The last day for { $milestone } had not passed, or it has none; nobody can have missed it yet. Check the date.
milestone_not_closed = The milestone { $milestone } was neither given up nor missed, so that it need not be reopened.
progress_above_total = More is reported than there is to do. If that is so, say that it goes beyond the total.
progress_not_measurable = Progress is measured as a quantity of zero or more, of a total above zero. Check both numbers.
flow_not_committed = No funds are committed under { $flow }. Commit them first, or check the id of the flow.
nothing_adjusted = A change of zero adjusts nothing. Give the amount by which it grew or shrank.
adjustment_currency_differs = The obligation is { $owed }; it can be adjusted in its own currency only. Check the currency.
adjusted_below_zero = The obligation is { $owed } and cannot fall below zero. Check the amounts of its adjustments.
schedule_id_taken = An instalment { $schedule } is planned already, with other data. Correct that entry, or choose another id.
claim_rejected = A dispute of the claim { $event } was upheld; it counts no more. If it has become true, claim it anew.
no_open_dispute = Nobody disputes the claim { $event } at this moment, or not the party named. Check the id.
own_dispute = { $party } disputes this claim and cannot uphold its own dispute. Someone else must decide it.
not_corrected_since_dispute = The claim { $event } was not corrected since it was disputed, so that nothing replaces it. Correct it first.
verifier_is_party = { $party } is a party here, and a party cannot verify. It may confirm the claim instead.
evidence_unknown = This commitment has no document { $evidence }. Attach it first, or check the id.
evidence_id_taken = A document { $evidence } is attached already, with other data. Choose another id.
assessment_id_taken = An assessment { $assessment } is recorded already, with other data. Correct that entry, or choose another id.
assessment_without_value = An assessment needs a score, or the reason why there is none.
value_outside_scale = “{ $value }” is not on the scale { $scale }. Check the score and the scale.
no_patch = Nothing is named that should be corrected. Add at least one change.
target_is_correction = The event { $event } is itself a correction or a retraction. Correct the entry that it was about once more.
already_retracted = The event { $event } was retracted; it stays readable but can no longer be changed. Record the fact anew if it happened.
old_value_differs = At { $path } there stands now: { $found }. Someone may have corrected it meanwhile: look at it again.
identity_not_correctable = { $path } says which thing this entry is about and cannot be corrected. Retract the entry and record it for the right thing.
correction_invalid = With the correction at { $path } the entry would not be valid: { $detail ->
    [no_such_field] an entry of this kind has no such field
    [missing_field] a field that must be there would be missing
    [unknown_field] it would have a field that is not known
    [object_expected] a list stands where named fields belong
    [relative_date_without_anchor] the words of the date mean something only together with the day on which they were said
    [unknown_value] the value is none of those allowed there
    [negative_amount] an amount would be below zero
    [negative_weight] a weight would be below zero
    [impossible_date] there is no such day
   *[other] the new value does not have the form that is needed there
}. Check the new value.
nothing_corrected = The correction changes nothing. Check the new values.
rate_is_superseded = An exchange rate is never corrected. Record a new rate under an id of its own, or retract this one.
written_by_the_log = The log wrote this entry itself, and both of its keys signed it. It is neither corrected nor retracted; to replace the key again, run “servanda key rotate”.
dependants_remain = Other entries stand on this one: { $events }. Name them as dependants so that they go with it, or keep it.
not_a_dependant = The event { $event } does not stand on the retracted one. Take it from the list, and retract it by itself if it is wrong.
indicator_already_defined = This indicator is defined already, with other data. Correct that entry, or choose another id.
indicator_unknown = The ledger has nothing under { $stream }. Define the indicator first, or check the id.
rate_already_recorded = An exchange rate with this id is recorded already, with other data. Choose another id.
same_currency = A rate converts between two different currencies. Check them.
date_differs = The date given beside the data differs from the one in the data, { $date }. Leave one of them out.
umbrella_is_self = A framework cannot contain itself. Name the framework that it belongs to, or leave the field out.
not_a_disbursement = The event { $event } is not a payment that was made under this flow. Copy the id of the payment that the money came from.
date_in_future = It cannot be dated { $date }: that day has not come yet. Record it when it has happened.
party_not_registered = The ledger has no party { $party }. Register it first, or check the id.
nothing_merged = No party is named that should be merged. Name at least one.
merges_itself = A party cannot be merged into itself. Take the surviving party off the list.
survivor_is_merged = { $party } was itself merged into { $into } and takes in nobody. Name { $into } as the surviving party, or retract that merger first.
already_merged = { $party } is merged into { $into } already. Take it off the list.
declared_total_unknown = This package has no declared total { $declared }. Record it first, or check the id.
declared_total_already_superseded = The declared total { $declared } is superseded already. Supersede the one in its place, or correct that entry.
total_supersedes_itself = A declared total cannot come in its own place. Name another one.
remainder_does_not_sum = What was identified and the remainder must come to the declared { $declared }. Check both numbers.
remainder_unexplained = Something remains that was not identified. Say why.
not_linked = This agreement does not belong to that package. Check the id of the package.
consent_already_expressed = The consent of { $party } to be bound is recorded already. Correct that entry if it is wrong; after a withdrawal it can be given anew.
share_above_hundred = A share cannot be more than 100 percent. Check the number.
reservation_already_made = A reservation with the id { $reservation } is recorded already, with other data. Correct that entry, or choose another id.
reservation_unknown = This agreement has no reservation { $reservation }. Record it first, or check the id.
reservation_after_consent = { $party } had consented before this reservation. Say that it was accepted, if the other parties did; otherwise it has no place.
own_reservation = { $party } made this reservation and cannot object to it itself. Another party must; its maker may withdraw it.
reservation_of_another = { $party } made this reservation; only it can withdraw it. You may object to it instead.
reservation_already_objected = An objection of { $party } to this reservation is recorded already. Correct that entry to change its text.
reservation_already_withdrawn = The reservation { $reservation } was withdrawn. Retract the withdrawal if it was an error.
entry_rule_already_set = The rule of entry into force is recorded already. Correct that entry if it is wrong, or name the amendment that changed the rule.
amendment_unknown = There is no amendment { $amendment } here. Record it first, or check the id.
provisional_already_started = { $party } applies the agreement provisionally already. Record the end of that first, or leave it out.
provisional_not_started = { $party } does not apply the agreement provisionally at that date. Check the party and the date.
not_provisional = Nobody applies this agreement provisionally. Record the start first.
already_entered_into_force = This entry into force is recorded already, with other data. Correct that entry if it is wrong.
registration_already_recorded = A registration under the number { $number } is recorded already. Correct that entry if it is wrong.
text_correction_already_proposed = A correction of the text with the id { $correction } is recorded already, with other data. Choose another id.
text_correction_unknown = No correction of the text { $correction } was proposed. Record the proposal first, or check the id.
text_correction_already_objected = An objection of { $party } to this correction is recorded already. Correct that entry to change its reason.
text_correction_already_adopted = The correction of the text { $correction } was adopted. Correct or retract that entry if it is wrong.
objection_after_deadline = Objections were possible until { $deadline }. If it was made in time, give the date on which it was made.
adopted_before_deadline = Parties may object until { $deadline }. Adopt the correction after that day.
objection_open = { $party } objected to this correction. Propose another one, or retract the objection if it was recorded in error.
already_suspended = This agreement is suspended already. Record its resumption first.
not_suspended = This agreement is not suspended at that date. Check the date, or record the suspension first.
party_not_bound = { $party } is not bound by this agreement: it has neither consented to it nor signed it in a way that binds. Record that first.
withdrawal_already_notified = The withdrawal of { $party } is recorded already. Correct that entry if it is wrong.
fate_named_twice = The commitment { $commitment } is listed twice. Keep one line for it.
supersedes_itself = An agreement cannot take its own place. Name the one that follows it.
agreement_already_ended = This agreement has ended already. Correct that entry if it is wrong.
agreement_ended = This agreement ended on { $date }. What happened before can still be reported: give its date.
revision_differs = You expected version { $expected } of this thing; the ledger has { $found }. Look at what changed, then send your command again.

## Recording

command_id_reused = This command id was used before for another content. Send a new command under a new id; the first one stays as it was recorded.
busy = The ledger is taking in as much as it can. Nothing was recorded; send the same command again in a moment.
entry_too_large = The entry would be longer than 65,535 bytes. Shorten its texts.
entries_too_large = The command would record more than one megabyte at once. Divide it into several commands.
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
not_your_party = You speak for { $party } here and cannot record a statement of { $given }. Leave the reporting party out, or ask somebody who speaks for that party.
not_your_statement = This entry is a statement of { $given }; who speaks for { $party } cannot correct or retract it. You may dispute it instead.
entry_of_nobody = This entry names no reporting party, so that a party's token cannot correct or retract it. Ask an administrator.
foreign_origin = This request comes from another web site and was not carried out. Send it from the ledger's own pages or a program of your own.

## People, sessions and four eyes

role_reads_only = Your account is for reading. Ask an administrator for the role of a recorder.
verifier_only = A verifier records verifications, assessments and evidence, and nothing else. Leave this to the parties themselves.
two_persons_needed = This ledger wants two persons for this: one proposes, another of the same party approves. Sign in to the pages and propose it there.
no_second_person = Nobody else of your party can approve this, so it was not proposed. Ask an administrator for an account with the role of a reviewer.
own_proposal = Nobody approves or returns what they proposed themselves. Another person of your party must look at it.
not_reviewer = Only a reviewer or an administrator decides on a proposal. Ask one of your party.
in_proposers_place = You decide in the place of the person who proposed this, and nobody decides on what they proposed themselves. Another reviewer or administrator of your party must look at it.
document_unknown = This proposal has no such document with an address to open. Open the proposal again to see its documents.
delegation_of_other = Only the person who decides, or an administrator, hands this over; it is ended by the one who gave it, the one who has it, or an administrator. Ask one of them.
delegation_giver = This person does not decide on proposals and has nothing to hand over. Choose a reviewer or an administrator.
delegation_taker = This cannot be handed over to this person. Choose a recorder of the same party whose account is open.
delegation_days = Choose a last day that is not past and not before the first, { $days } days later at most.
delegation_reason = Say why this is handed over, in at most 500 bytes: it stands beside the names.
delegation_unknown = There is no such delegation. Look at the list of them.
proposal_of_other_party = This proposal is another party's. Only their own people decide on it.
not_proposer = Only the person who proposed this can withdraw it. You may return it with a reason instead.
proposal_unknown = There is no such proposal. Look at the list of what waits for review.
proposal_moved = This proposal was decided upon meanwhile. Open it again to see what became of it.
proposal_stale = What this proposal is about has changed since it was proposed, so nothing was recorded. Its proposer must look at the newest state and propose it anew.
proposal_differs = This is not the text that was proposed. Open the proposal again, read it and approve what you see.
proposer_gone = The account of the person who proposed this is closed or has changed its party. Somebody else must propose it.
reason_missing = Say why you return it, in at most 8,000 bytes: the person who proposed it will read it.
user_exists = There is an account “{ $user }” already. Choose another pseudonym.
user_unknown = There is no account “{ $user }”. Look at the list of users.
token_unknown = There is no such token. Look at the list of your tokens.
scope_above_role = A token cannot allow more than the role of its user. Choose a smaller scope.
password_short = The password is too short. Use at least { $characters } characters; some words that you remember together are good.
password_long = The password is longer than 512 bytes. Take a shorter one.
password_wrong = This is not your present password. Try again.
password_repeat = The two new passwords are not the same. Type the new one twice.
sign_in_needed = Sign in to see this page.
sign_in_wrong = The name or the password is wrong, or the account is closed. Try again, or ask an administrator for a new password.
sign_in_wait = There were too many attempts. Wait { $seconds } seconds and try again.
sign_in_busy = Too many people are signing in at this moment. Wait a moment and try again.
role_missing = This page is not for your role. Ask an administrator if you need it.
label_missing = This must not be empty, nor longer than 200 bytes. Write a few words.
choice_missing = Choose one of what is offered.
webhook_unknown = There is no such webhook. Look at the list of them.
webhook_address = This is no address to send to: it begins with https://, with http:// only for this machine itself, and holds no name and password. Check it.
webhook_host = The host of this address is not among those that the operator of the ledger allows. Ask the operator to add it to the setting webhooks.hosts.
webhooks_too_many = There are { $max } webhooks already. Remove one that nobody needs.
last_administrator = This is the last administrator who can sign in. Make somebody else an administrator first.

## The interface

route_unknown = There is nothing at { $path }. The addresses are listed at /openapi.json.
method_not_allowed = { $method } is not possible here; { $allowed } is. Facts are never changed in place: a correction is a new command.
unsupported_type = The content type “{ $given }” is not accepted here. Send { $allowed }.
body_too_large = The request is longer than { $limit } bytes. Send it in parts.
body_unreadable = The request broke off before its end. Send it again.
not_found = The ledger has no { $kind } “{ $id }” at the dates asked for. Check the id, “as_of” and “known_at”.
prospect_without_figures = “{ $id }” is a prospect at the dates asked for: it is under consideration, nothing is promised yet, and it is never counted as promised, so it has no figures. Read it at /api/v1/commitments/{ $id }, or ask again once it is promoted.
entry_not_found = The log has no entry at position { $position }; it ends at { $head }.
no_checkpoint = The ledger has no signed checkpoint yet, because its log is not kept in a file or was last opened by a version without checkpoints. Open it with this version to record, then ask again.
tile_not_found = There is no tile “{ $tile }”. Tiles are named as C2SP tlog-tiles says, and exist as far as the newest checkpoint goes; ask for /checkpoint first.
unknown_parameter = The parameter “{ $name }” is not known here. Possible are: { $allowed }.
parameter_twice = The parameter “{ $name }” is given twice. Keep one.
bad_parameter = The parameter “{ $name }” cannot be “{ $value }”. Expected is { $expected }.
parameter_missing = The parameter “{ $name }” is missing. Add it to the address.
bad_header = The header “{ $name }” cannot be “{ $value }”. Expected is { $expected }.
bad_page_token = This page token is not valid for these filters. Begin again from the first page.
comparison_reversed = The look in “from” lies after the look in “to”. Exchange the two.
position_ahead = Position { $position } is ahead of the ledger, which ends at { $head }. Ask for a position up to that, or wait for it with “wait_for”.
not_yet_applied = The pages have not reached position { $position } within { $seconds } seconds. Ask again in a moment.
idempotency_key_differs = The header “Idempotency-Key” and the field “command_id” name different ids. Send one of them, or the same in both.
revision_twice = The header “If-Match” and the field “expected_revision” name different versions. Send one of them.
one_command_only = The header “{ $name }” goes with a single command only. In a list, write it into each command.
line_empty_body = The request holds no command. Send one JSON object, or one on each line.
timeout = The answer took too long and was given up. Ask again; a command sent again under the same id is never recorded twice.
shutting_down = The service is being stopped. Send the request again in a moment.
starting = The service is starting, and takes over what is recorded. Send the request again in a moment.
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
flag-umbrella_unknown = The framework named here is not in the ledger, so what is recorded here is counted by itself.
flag-agreement_not_signed = The agreement had no recorded signature at the date of this fact.
flag-split_part_differs = The commitment that is said to have been split does not name this part, or names another amount or weight.
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
flag-late_report = It was recorded after the end, of a time before it.
flag-paid_after_fulfilment = It was paid after the promise was reported as kept.
flag-open_milestones = Some milestones were still open.
flag-nothing_confirmed = Nothing had been confirmed by another party or verified.
flag-not_agreed_by_all = Not every party is named as having agreed.
flag-progress_falls = Less is done than was reported before.
flag-schedule_above_committed = More is planned to be paid than was committed.
flag-same_hash_other_url = The same document stands there already under another address.
flag-status_disagrees = The source says something else than follows from the facts.
flag-period_overlaps = The period overlaps another one from the same source.
flag-consent_before_signature = The party consented to be bound before it signed.
flag-already_in_force = The agreement is in force by then; provisional application has no place any more.
flag-entry_date_differs_from_rule = The rule of the agreement gives another date of entry into force.
flag-entry_before_signature = It entered into force before it was signed.
flag-registered_before_entry = It was registered before it entered into force.
flag-amended_by_fewer_parties = Fewer parties signed the amendment than the agreement.
flag-notice_too_short = The withdrawal takes effect before the time of notice is over.

## The front page

page-motto = The ledger of commitments between states
page-demo = Some of these entries are invented, to demonstrate the program. They are marked “demonstration”.
page-demo-mark = demonstration
page-form = Another date, or what was known earlier
page-as-of = What was so by this date
page-known-at = As known at this entry or moment
page-known-at-hint = For example 17 or 2025-03-31T09:00:00Z. Empty means now.
page-show = Show
page-place = Place
page-all-documents = All documents
page-scope-ambiguous = The source can be read in two ways: it does not say clearly which documents the amount covers. It is not spread over documents.
page-not-measurable = not measurable
page-milestone = Milestone
page-due-first = First due
page-due-now = Due now
page-days-late = Days late
page-achieved-of = { $achieved } of { $planned }
page-indicators = Indicators
page-indicator = Indicator
page-period = Period
page-value = Value
page-source = Source
page-entry = Entry
page-recorded = Recorded
page-what = What
page-reported-by = Stated by
page-interface = Interface description
page-proof = Facts are never changed here. A mistake is corrected by a further entry, and both stay readable.
page-problem = Problem

class-intergovernmental = Intergovernmental
class-interdepartmental = Interdepartmental
class-commercial = Commercial
class-declaration = Declarations
class-unknown = Class not known
unit-rank = rank { $value }

qualifier-exact = { $value }
qualifier-about = about { $value }
qualifier-up_to = up to { $value }
qualifier-at_least = at least { $value }

event-PartyRegistered = Party registered
event-PartiesMerged = Parties merged
event-PackageAnnounced = Package announced
event-DeclaredTotalRecorded = Declared total recorded
event-DeclaredTotalSuperseded = Declared total superseded
event-DeclaredTotalReconciled = Declared total reconciled
event-AgreementRegistered = Agreement registered
event-AgreementSigned = Agreement signed
event-AgreementLinkedToPackage = Agreement linked to its package
event-AgreementUnlinkedFromPackage = Agreement taken out of its package
event-ConsentToBeBoundExpressed = Consent to be bound expressed
event-ReservationMade = Reservation made
event-ReservationObjected = Reservation objected to
event-ReservationWithdrawn = Reservation withdrawn
event-EntryIntoForceRuleSet = Rule of entry into force set
event-ProvisionalApplicationStarted = Provisional application started
event-ProvisionalApplicationEnded = Provisional application ended
event-AgreementEnteredIntoForce = Agreement entered into force
event-TreatyRegistrationRecorded = Treaty registered
event-AgreementAmended = Agreement amended
event-AgreementTextCorrectionProposed = Correction of the text proposed
event-AgreementTextCorrectionObjected = Correction of the text objected to
event-AgreementTextCorrectionAdopted = Correction of the text adopted
event-AgreementSuspended = Agreement suspended
event-AgreementResumed = Agreement resumed
event-WithdrawalNotified = Withdrawal notified
event-AgreementTerminated = Agreement terminated
event-AgreementExpired = Agreement expired
event-AgreementSuperseded = Agreement superseded
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
event-CommitmentPromoted = Prospect became a commitment
event-CommitmentAmended = Commitment amended
event-CommitmentSplit = Commitment split
event-CommitmentsMerged = Commitments merged
event-CommitmentSuspended = Commitment suspended
event-CommitmentResumed = Commitment resumed
event-CommitmentCancelled = Commitment cancelled
event-CommitmentFulfilled = Commitment fulfilled
event-ConditionAdded = Condition added
event-ConditionSatisfied = Condition satisfied
event-ConditionWaived = Condition waived
event-MilestoneProgressReported = Milestone progress reported
event-MilestoneMissed = Milestone missed
event-MilestoneReopened = Milestone reopened
event-FundsCommitmentAdjusted = Committed funds adjusted
event-DisbursementScheduled = Payment scheduled
event-DisputeResolved = Outcome of a dispute
event-ClaimVerified = Claim verified
event-EvidenceAttached = Document attached
event-EvidenceUnavailable = Document no longer available
event-AssessmentRecorded = Assessment recorded
event-SourceStatusAsserted = Status according to a source
event-IndicatorDefined = Indicator defined
event-IndicatorObserved = Indicator observed
event-ExchangeRateRecorded = Exchange rate recorded
event-LogKeyRotated = Key of the log replaced
event-EntryCorrected = Entry corrected
event-EntryRetracted = Entry retracted
