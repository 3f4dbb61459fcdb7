# Phrases sur les lignes de tableaux et de documents étrangers, pour qui voit le tableau et non la commande qui en est faite.

value_not_mapped = La correspondance ne dit pas ce que « { $value } » signifie ici. Ajoutez-le à la table de valeurs « { $map } » de la correspondance, ou corrigez la cellule.
row_width = La ligne a { $found } cellules et l’en-tête en a { $expected }. Cherchez-y un séparateur ou un guillemet manquant ou superflu.
date_in_other_form = « { $value } » n’est pas une date d’une forme attendue ici : { $forms }. Corrigez la cellule, ou ce que la correspondance dit de ses dates.
number_in_other_form = « { $value } » n’est pas un nombre de la forme attendue ici : { $forms }. Corrigez la cellule, ou ce que la correspondance dit de ses nombres.
last_line_open = La dernière ligne du fichier n’a pas de fin : nul ne peut dire si quelque chose a été perdu derrière elle. Comparez la ligne avec la source. Si elle est entière, ajoutez une ligne vide à la fin du fichier et renvoyez-le, ou écrivez `open_end = true` dans la correspondance.
row_id_missing = La ligne n’a pas d’identifiant qui permette de la reconnaître. Remplissez les colonnes que la correspondance nomme `id`.
row_id_twice = L’identifiant « { $value } » y figure deux fois. Gardez-en une seule ligne, ou nommez plus de colonnes comme `id` dans la correspondance.
row_makes_too_much = La ligne produit plus de { $max } commandes. Divisez sa liste, ou vérifiez que son séparateur est le bon.
source_withdrew = Le registre tient ceci d’une importation antérieure, et la ligne ne le dit plus. Si cela n’a jamais eu lieu, retirez l’inscription { $event } ; sinon, remplissez de nouveau la cellule.
formula_in_cell = La cellule contient une formule et non une valeur saisie. Remplacez-la par sa valeur : copiez, puis collez les valeurs seules.
cell_error = La cellule contient l’erreur { $value } au lieu d’une valeur. Corrigez-la dans le classeur.
number_cell_not_exact = Le nombre { $value } a plus de chiffres qu’une cellule numérique d’un classeur n’en garde exactement. Saisissez la valeur elle-même, arrondie comme dans la source, ou faites de la cellule un texte.
last_line_taken = La dernière ligne du fichier n’a pas de fin ; elle est prise parce que la correspondance dit `open_end = true`. Comparez-la avec la source : ce qui la suivait a pu être perdu.
cell_missing = Il n’y a rien ici, et la ligne ne peut pas être inscrite sans cela. Remplissez la cellule.
currency_missing = Le montant { $amount } figure sans sa devise. Écrivez ici les trois lettres de la devise, par exemple EUR, KZT ou USD.
element_missing = Il n’y a rien à « { $element } », et le document ne peut pas être repris sans cela. Ajoutez-le dans le fichier, ou demandez-le à qui le publie.
value_not_fitting = La valeur n’a pas la bonne forme ({ $detail }). Corrigez-la ici, ou corrigez ce que la correspondance en fait.
release_unreadable = Cette publication ne peut pas être lue ({ $detail }). Comparez cet endroit avec le schéma d’OCDS, ou demandez un fichier valide à qui la publie.
refund_without_payment = { $value } sont rendus ici, comme valeur inférieure à zéro, et de ce que l’activité avait payé au { $date }, seuls { $paid } peuvent revenir. Cherchez un paiement qui manque, ou un signe, une date ou une devise erronés ; corrigez-les dans le fichier ou faites-les corriger par qui le publie.
