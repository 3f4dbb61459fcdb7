# Sentences about rows of foreign tables and records, for people who see the table and not the command made of it.

value_not_mapped = The mapping does not say what “{ $value }” means here. Add it to the value map “{ $map }” of the mapping, or correct the cell.
row_width = The row has { $found } cells, and the head has { $expected }. Look for a missing or a superfluous delimiter or quote in it.
date_in_other_form = “{ $value }” is no date in a form that is expected here: { $forms }. Correct the cell, or what the mapping says of its dates.
number_in_other_form = “{ $value }” is no number in the form that is expected here: { $forms }. Correct the cell, or what the mapping says of its numbers.
last_line_open = The last line of the file has no end, so that nobody can tell whether something behind it was lost. Compare the row with the source. If it is whole, add an empty line at the end of the file and send it again, or write `open_end = true` into the mapping.
row_id_missing = The row has no id, by which it could be known again. Fill in the columns that the mapping names as `id`.
row_id_twice = The id “{ $value }” stands there twice. Keep one row for it, or name more columns as `id` in the mapping.
row_makes_too_much = The row makes more than { $max } commands. Divide its list, or check that its separator is right.
source_withdrew = The ledger has this from an earlier import, and the row no longer says it. If it never happened, retract the entry { $event }; else fill in the cell again.
formula_in_cell = The cell holds a formula, and not a value that someone entered. Replace it by its value: copy, then paste values only.
cell_error = The cell holds the error { $value } instead of a value. Correct it in the workbook.
number_cell_not_exact = The number { $value } has more digits than a number cell of a workbook keeps exactly. Enter the value itself, rounded as the source has it, or make the cell a text.
last_line_taken = The last line of the file has no end, and its row is taken because the mapping says `open_end = true`. Compare the row with the source: something behind it may have been lost.
cell_missing = Nothing stands here, and the row cannot be recorded without it. Fill it in.
currency_missing = The amount { $amount } stands there without its currency. Write the three letters of the currency here, such as EUR, KZT or USD.
element_missing = Nothing stands at “{ $element }”, and the record cannot be taken in without it. Add it in the file, or ask the publisher for it.
value_not_fitting = The value has the wrong form ({ $detail }). Correct it here, or correct what the mapping makes of it.
release_unreadable = The release cannot be read ({ $detail }). Compare that place with the schema of OCDS, or ask the publisher for a valid file.
refund_without_payment = Here { $value } are sent back, as a value below zero, and of what the activity paid out by { $date } only { $paid } can come back. Look for a payment that is missing, or for a wrong sign, date or currency, and correct it in the file or have the publisher correct it.
