# Phrases destinées aux personnes, en français. Chacune dit ce qui ne va pas et ce qu’il faut faire.
# Les quatre fichiers ont les mêmes messages avec les mêmes variables ; un test les compare.

## Titres des problèmes, par état HTTP

title-400 = La requête ne peut pas être lue
title-401 = Un jeton d’accès est nécessaire
title-403 = Non autorisé
title-404 = Introuvable
title-405 = Méthode impossible ici
title-408 = La requête a pris trop de temps
title-409 = Le registre dit autre chose
title-412 = L’objet a changé entre-temps
title-413 = Trop long
title-415 = Ce type de contenu n’est pas accepté
title-422 = Un champ n’est pas valide
title-429 = Trop de requêtes en ce moment
title-500 = Une erreur s’est produite de notre côté
title-503 = Indisponible en ce moment
title-507 = Plus d’espace disponible

## Lecture d’une commande

command_too_large = La commande dépasse 64 Kio. Raccourcissez ses textes, ou joignez les documents comme preuves par leur adresse.
invalid_utf8 = Le texte n’est pas de l’UTF-8 valide. Enregistrez-le en UTF-8 et renvoyez-le.
malformed_json = Ce n’est pas du JSON valide : voyez la ligne { $line }, colonne { $column }. Corrigez à cet endroit et renvoyez.
duplicate_key = Le champ « { $field } » figure deux fois. N’en gardez qu’un.
float_not_allowed = Le nombre { $value } a une partie décimale. Écrivez les montants et autres décimaux comme texte entre guillemets, par exemple "12.50".
integer_too_large = Le nombre { $value } est trop grand pour être lu partout de la même façon. Écrivez-le comme texte entre guillemets, ou prenez-en un plus petit.
unknown_command = Il n’y a pas de commande « { $value } ». Les commandes figurent dans la description de l’interface, /openapi.json.

## Champs

unknown_field = Le champ « { $field } » n’est pas connu ici. Vérifiez son orthographe ou supprimez-le.
missing_field = Le champ « { $field } » manque. Ajoutez-le.
unknown_value = « { $field } » n’est pas une des valeurs admises ici. Choisissez parmi : { $allowed }.
invalid_field = Cette valeur n’a pas la bonne forme ({ $detail }). Comparez avec la description de l’interface, /openapi.json.
object_expected = Les champs ont ici un nom : écrivez un objet tel que {"{"}"nom": "valeur"{"}"}, et non une liste de valeurs.
malformed_id = { $kind ->
    [command] « { $value } » ne peut pas être l’identifiant d’une commande. Prenez de 1 à 64 lettres, chiffres et signes, sans espaces ni guillemets.
    [event] « { $value } » n’est pas l’identifiant d’un événement. Copiez-le depuis l’inscription ; il ressemble à « command-id.1 ».
    [stream] « { $value } » n’est pas le nom d’un flux. Écrivez la famille et l’identifiant, par exemple « commitment-lorraine-branch ».
    [family] « { $value } » n’est pas une famille. Choisissez party, package, agreement, commitment, indicator ou ledger.
   *[other] « { $value } » ne peut pas être un identifiant. Prenez de 1 à 64 lettres minuscules de a à z, chiffres, « - » et « _ », en commençant par une lettre ou un chiffre.
}
malformed_language = « { $value } » n’est pas un code de langue. Écrivez par exemple en, fr, kk ou ru.
text_missing = Le texte est vide. Écrivez ce qui doit y figurer.
text_too_long = Le texte fait { $bytes } octets ; { $max } au plus sont inscrits. Raccourcissez-le, et joignez le texte entier comme document.
control_character = Le texte contient un caractère de commande, invisible, en place { $at } : { $code }{ $name ->
    [null] {" "}(nul)
    [bell] {" "}(sonnerie)
    [backspace] {" "}(retour arrière)
    [vertical_tab] {" "}(tabulation verticale)
    [form_feed] {" "}(saut de page)
    [carriage_return] {" "}(retour chariot)
    [escape] {" "}(échappement)
   *[other] {""}
}, dans « { $near } ». Supprimez-le à cet endroit.
no_text = Il faut un texte dans une langue au moins, par exemple {"{"}"fr": "…"{"}"}.
malformed_decimal = « { $value } » n’est pas un nombre décimal. Écrivez des chiffres avec un point, par exemple "1250.00", sans espaces ni exposant.
decimal_overflow = Le nombre « { $value } » a trop de chiffres. Prenez-en 28 au plus.
negative_amount = Le montant { $value } est inférieur à zéro. Inscrivez le montant tel qu’il a été payé ; l’argent rendu s’inscrit comme un retour.
negative_weight = Le poids { $value } est inférieur à zéro. Prenez zéro ou plus.
rate_not_positive = Le taux { $value } n’est pas supérieur à zéro. Vérifiez-le auprès de sa source.
amount_too_large = Le nombre { $value } dépasse ce que le registre accepte. Vérifiez les chiffres et l’unité.
amount_too_precise = { $value } a plus de décimales que la devise { $currency }. Arrondissez comme le fait la source, ou vérifiez la devise.
unknown_currency = « { $value } » n’est pas un code de devise. Prenez les trois lettres d’ISO 4217, par exemple EUR, KZT ou USD.
unknown_country = « { $value } » n’est pas un code de pays. Prenez les trois lettres d’ISO 3166-1, par exemple KAZ ou FRA.
malformed_date = « { $value } » n’est pas une date que le registre sait lire. Écrivez 2025, 2025-Q3, 2025-03, 2025-03-31 ou 2025-01/2025-09.
impossible_date = Le jour { $value } n’existe pas. Vérifiez le mois et le jour.
malformed_instant = « { $value } » n’est pas un instant. Écrivez par exemple 2025-03-31T09:00:00Z.
interval_backwards = L’intervalle « { $value } » finit avant de commencer. Inversez ses deux dates.
date_disagrees = Les mots « { $value } » et les dates qui les accompagnent ne concordent pas. N’envoyez que les mots.
relative_date_without_anchor = « { $value } » n’a de sens qu’avec le jour où cela fut dit. Ajoutez ce jour dans « anchor », ou écrivez la date elle-même.
malformed_hash = « { $value } » n’est pas une empreinte SHA-256. Elle a 64 caractères, de 0 à 9 et de a à f.

## Refus des règles

party_already_registered = La partie { $party } est déjà enregistrée, avec d’autres données. Rectifiez cette inscription, ou choisissez un autre identifiant.
org_id_taken = Le numéro { $id } du registre { $scheme } appartient déjà à « { $stream } ». Utilisez cette partie, ou vérifiez le numéro.
country_missing = Un État ou un organe d’un État a besoin de son pays. Ajoutez le code du pays.
parent_is_self = Une partie ne peut pas faire partie d’elle-même. Nommez l’organisme dont elle relève, ou supprimez le champ.
fewer_than_two_parties = Un paquet est annoncé par deux parties au moins. Nommez-les toutes.
package_already_announced = Ce paquet est déjà annoncé, avec d’autres données. Rectifiez cette inscription, ou choisissez un autre identifiant.
package_unknown = Le registre n’a rien sous { $stream }. Inscrivez d’abord l’annonce du paquet, ou vérifiez l’identifiant.
declared_total_already_recorded = Un total déclaré portant cet identifiant est déjà inscrit, avec d’autres données. Rectifiez cette inscription, ou choisissez un autre identifiant.
amount_without_currency = Un montant a besoin de sa devise. Ajoutez le code de la devise.
count_with_currency = Un nombre de documents n’a pas de devise. Supprimez la devise, ou inscrivez un montant.
agreement_already_registered = Cet accord est déjà enregistré, avec d’autres données. Rectifiez cette inscription, ou choisissez un autre identifiant.
agreement_unknown = Le registre n’a rien sous { $stream }. Enregistrez d’abord l’accord, ou vérifiez l’identifiant.
no_party = Un accord a besoin d’une partie au moins. Nommez ses parties.
party_named_twice = { $party } figure deux fois dans cette liste. Nommez chaque partie une seule fois.
party_not_listed = { $party } ne figure pas parmi les parties de cet accord. Vérifiez la partie, ou rectifiez la liste de l’accord.
party_already_signed = Une signature de { $party } est déjà inscrite, avec d’autres données. Rectifiez cette inscription si elle est fausse.
signature_in_future = Une signature ne peut pas être datée de { $date } : ce jour n’est pas encore venu. Inscrivez-la quand elle aura eu lieu.
already_linked = Cet accord appartient déjà à un autre paquet. Retirez d’abord ce lien s’il est faux.
commitment_already_made = Cet engagement est déjà inscrit, avec d’autres données. Rectifiez cette inscription, ou choisissez un autre identifiant.
commitment_unknown = Le registre n’a rien sous { $stream }. Inscrivez d’abord l’engagement, ou vérifiez l’identifiant.
still_a_prospect = { $stream } est seulement à l’étude ; rien n’a encore été promis. Faites-en un engagement quand il est promis, ou inscrivez l’engagement sous un identifiant à lui.
prospect_already_noted = Ce projet à l’étude est déjà noté, avec d’autres données. Rectifiez cette inscription, ou choisissez un autre identifiant.
no_obligor = Un engagement a besoin de quelqu’un qui doit l’exécuter. Nommez au moins un débiteur.
amount_of_unknown_value = Un montant est donné alors que sa valeur est dite inconnue. Dites que la valeur est connue, ou supprimez le montant.
known_value_without_amount = La valeur est dite connue, mais aucun montant n’est donné. Ajoutez le montant, ou dites que la valeur est inconnue.
milestone_unknown = Cet engagement n’a pas de jalon { $milestone }. Planifiez-le d’abord, ou vérifiez l’identifiant.
milestone_already_planned = Le jalon { $milestone } est déjà planifié, avec d’autres données. Donnez-lui une nouvelle référence, rectifiez l’inscription, ou choisissez un autre identifiant.
milestone_already_achieved = Le jalon { $milestone } est déjà déclaré atteint. Rectifiez ou retirez cette inscription si elle est fausse.
milestone_already_cancelled = Le jalon { $milestone } a été annulé. Retirez l’annulation si c’était une erreur.
baseline_not_next = La prochaine référence de ce jalon porte le numéro { $expected }, non { $given }. Quelqu’un l’a peut-être déplacé entre-temps : regardez-le de nouveau.
nothing_rebaselined = Une nouvelle référence demande une nouvelle échéance, un nouveau poids, ou les deux.
achievement_in_future = Rien ne peut encore être atteint le { $date } : ce jour n’est pas encore venu. Déclarez-le quand cela aura eu lieu.
reporter_missing = Quelqu’un doit répondre de cette déclaration. Nommez la partie qui la fait.
funds_already_committed = Des fonds sont déjà engagés sous { $flow }, avec d’autres données. Rectifiez cette inscription, ou choisissez un autre identifiant.
amount_not_positive = Le montant doit être supérieur à zéro.
payment_in_future = Un paiement ne peut pas être daté de { $date } : ce jour n’est pas encore venu. Inscrivez-le quand il aura eu lieu.
payment_already_recorded = Un paiement portant la référence « { $reference } » (payeur : { $payer }) est déjà inscrit, dans « { $stream } ». S’il s’agit du même paiement, il n’y a rien à inscrire ; s’il s’agit d’un autre, donnez sa propre référence.
flow_unknown = Rien n’a été versé sous { $flow }. Vérifiez l’identifiant du flux.
return_above_disbursed = On rendrait plus que les { $disbursed } versés. Vérifiez le montant.
entry_unknown = Il n’y a pas d’événement { $event } dans ce flux. Copiez son identifiant depuis l’inscription.
not_a_claim = L’événement { $event } n’est pas une déclaration à laquelle on puisse répondre. Choisissez la déclaration d’un résultat ou d’un paiement.
own_claim = { $party } a fait cette déclaration et ne peut pas y répondre elle-même. Une autre partie doit le faire.
not_a_party = { $party } n’est partie ni à cet engagement, ni à son accord, ni à son paquet, et ne peut pas répondre à leur place.
claim_already_disputed = { $party } conteste déjà cette déclaration, pour d’autres motifs. Rectifiez cette inscription pour changer les motifs.
amendment_id_taken = L’avenant { $amendment } est déjà inscrit, avec d’autres données. Corrigez cette entrée, ou choisissez un autre identifiant.
prospect_unknown = Le registre n’a pas de projet à l’étude sous { $stream }. Notez-le d’abord, ou inscrivez directement l’engagement.
prospect_already_promoted = Ce projet est déjà devenu un engagement, avec d’autres données. Corrigez cette entrée, ou modifiez l’engagement.
promise_of_another = La promesse porte un autre identifiant que le projet. Utilisez le même aux deux endroits.
commitment_closed = Cet engagement a pris fin le { $date }. Seul ce qui avait déjà eu lieu peut encore être inscrit : indiquez cette date.
commitment_already_suspended = Cet engagement est déjà suspendu. Inscrivez d’abord sa reprise.
commitment_not_suspended = Cet engagement n’est pas suspendu : rien n’est à reprendre. Vérifiez l’identifiant.
amended_before_promise = La promesse a été faite le { $date } et n’a pas pu être modifiée avant. Vérifiez la date.
amendment_invalid = Avec cette valeur de { $field }, la promesse ne serait pas valide ({ $detail }). Vérifiez la nouvelle valeur.
fewer_than_two_parts = Il faut au moins deux parties de l’engagement. Nommez-les toutes.
part_named_twice = { $part } figure deux fois parmi les parts. Gardez-en une.
part_is_self = Un engagement ne peut pas être une part de lui-même. Nommez d’autres engagements.
not_conserved = Les parts font { $found }, le tout { $expected }. Les montants et les poids des parts doivent faire le tout.
condition_unknown = Cet engagement n’a pas de condition { $condition }. Ajoutez-la d’abord, ou vérifiez l’identifiant.
condition_id_taken = Une condition { $condition } existe déjà, avec un autre texte. Choisissez un autre identifiant.
condition_already_met = La condition { $condition } est déjà remplie. Retirez cette entrée si elle est fausse.
waived_by_obligors_alone = Ceux qui doivent exécuter ne peuvent pas seuls renoncer à une condition. Nommez aussi l’autre partie.
milestone_already_missed = Le jalon { $milestone } a été constaté manqué. Rouvrez-le d’abord s’il doit encore être atteint.
milestone_not_yet_due = Le dernier jour du jalon { $milestone } n’était pas passé, ou il n’en a pas ; il ne peut pas encore être manqué. Vérifiez la date.
milestone_not_closed = Le jalon { $milestone } n’est ni annulé ni manqué : il n’est pas à rouvrir.
progress_above_total = Il est rapporté plus qu’il n’y a à faire. Si c’est exact, dites que le total est dépassé.
progress_not_measurable = L’avancement se mesure par une quantité nulle ou positive, sur un total supérieur à zéro. Vérifiez les deux nombres.
flow_not_committed = Aucun fonds n’est engagé sous { $flow }. Engagez-les d’abord, ou vérifiez l’identifiant du flux.
nothing_adjusted = Une variation nulle n’ajuste rien. Indiquez de combien le montant a augmenté ou diminué.
adjustment_currency_differs = L’obligation est de { $owed } ; elle ne s’ajuste que dans sa propre devise. Vérifiez la devise.
adjusted_below_zero = L’obligation est de { $owed } et ne peut pas devenir négative. Vérifiez les montants de ses ajustements.
schedule_id_taken = Une échéance { $schedule } est déjà prévue, avec d’autres données. Corrigez cette entrée, ou choisissez un autre identifiant.
claim_rejected = Une contestation de la déclaration { $event } a été retenue ; elle ne compte plus. Si elle est devenue vraie, déclarez-la de nouveau.
no_open_dispute = Personne ne conteste la déclaration { $event } à ce moment, ou pas la partie nommée. Vérifiez l’identifiant.
own_dispute = { $party } conteste cette déclaration et ne peut pas donner raison à sa propre contestation. Quelqu’un d’autre doit en décider.
not_corrected_since_dispute = La déclaration { $event } n’a pas été corrigée depuis sa contestation : rien ne la remplace. Corrigez-la d’abord.
verifier_is_party = { $party } est partie ici, et une partie ne peut pas vérifier. Elle peut confirmer la déclaration.
evidence_unknown = Cet engagement n’a pas de document { $evidence }. Joignez-le d’abord, ou vérifiez l’identifiant.
evidence_id_taken = Un document { $evidence } est déjà joint, avec d’autres données. Choisissez un autre identifiant.
assessment_id_taken = Une évaluation { $assessment } est déjà inscrite, avec d’autres données. Corrigez cette entrée, ou choisissez un autre identifiant.
assessment_without_value = Une évaluation demande une note, ou la raison de son absence.
value_outside_scale = « { $value } » n’est pas sur l’échelle { $scale }. Vérifiez la note et l’échelle.
no_patch = Rien n’est indiqué qui soit à rectifier. Ajoutez au moins une modification.
target_is_correction = L’événement { $event } est lui-même une rectification ou un retrait. Rectifiez de nouveau l’inscription sur laquelle il portait.
already_retracted = L’événement { $event } a été retiré ; il reste lisible mais ne peut plus être changé. Inscrivez le fait de nouveau s’il a eu lieu.
old_value_differs = À { $path } figure maintenant : { $found }. Quelqu’un l’a peut-être rectifié entre-temps : regardez-le de nouveau.
identity_not_correctable = { $path } dit sur quel objet porte cette inscription et ne peut pas être rectifié. Retirez l’inscription et inscrivez-la pour le bon objet.
correction_invalid = Avec la rectification à { $path }, l’inscription ne serait pas valide : { $detail ->
    [no_such_field] une inscription de ce genre n’a pas ce champ
    [missing_field] un champ nécessaire manquerait
    [unknown_field] elle aurait un champ inconnu
    [object_expected] une liste se trouve là où il faut des champs nommés
    [relative_date_without_anchor] les mots de la date n’ont de sens qu’avec le jour où ils ont été dits
    [unknown_value] la valeur n’est pas de celles qui sont permises là
    [negative_amount] un montant serait inférieur à zéro
    [negative_weight] un poids serait inférieur à zéro
    [impossible_date] ce jour n’existe pas
   *[other] la nouvelle valeur n’a pas la forme qu’il faut là
}. Vérifiez la nouvelle valeur.
nothing_corrected = La rectification ne change rien. Vérifiez les nouvelles valeurs.
rate_is_superseded = Un taux de change ne se rectifie jamais. Inscrivez un nouveau taux sous un identifiant à lui, ou retirez celui-ci.
written_by_the_log = Le journal a écrit lui-même cette inscription, et ses deux clés l’ont signée. Elle ne se rectifie ni ne se retire ; pour remplacer de nouveau la clé, exécutez « servanda key rotate ».
dependants_remain = D’autres inscriptions reposent sur celle-ci : { $events }. Nommez-les comme dépendantes pour les retirer avec elle, ou gardez-la.
not_a_dependant = L’événement { $event } ne repose pas sur celui qui est retiré. Ôtez-le de la liste, et retirez-le séparément s’il est faux.
indicator_already_defined = Cet indicateur est déjà défini, avec d’autres données. Rectifiez cette inscription, ou choisissez un autre identifiant.
indicator_unknown = Le registre n’a rien sous { $stream }. Définissez d’abord l’indicateur, ou vérifiez l’identifiant.
rate_already_recorded = Un taux de change portant cet identifiant est déjà inscrit, avec d’autres données. Choisissez un autre identifiant.
same_currency = Un taux convertit entre deux devises différentes. Vérifiez-les.
date_differs = La date donnée à côté des données diffère de celle des données, { $date }. Supprimez l’une des deux.
umbrella_is_self = Un cadre ne peut pas se contenir lui-même. Nommez le cadre dont il relève, ou supprimez le champ.
not_a_disbursement = L’événement { $event } n’est pas un versement de ce flux. Copiez l’identifiant du versement d’où vient l’argent.
date_in_future = Cela ne peut pas être daté de { $date } : ce jour n’est pas encore venu. Inscrivez-le quand cela aura eu lieu.
party_not_registered = Le registre ne connaît pas la partie { $party }. Enregistrez-la d’abord, ou vérifiez l’identifiant.
nothing_merged = Aucune partie à fusionner n’est nommée. Nommez-en au moins une.
merges_itself = Une partie ne peut pas être fusionnée avec elle-même. Ôtez de la liste la partie qui subsiste.
survivor_is_merged = { $party } a elle-même été fusionnée dans { $into } et n’absorbe plus personne. Nommez { $into } comme partie qui subsiste, ou retirez d’abord cette fusion.
already_merged = { $party } est déjà fusionnée dans { $into }. Ôtez-la de la liste.
declared_total_unknown = Ce paquet n’a pas de total déclaré { $declared }. Inscrivez-le d’abord, ou vérifiez l’identifiant.
declared_total_already_superseded = Le total déclaré { $declared } est déjà remplacé. Remplacez celui qui l’a remplacé, ou rectifiez cette inscription.
total_supersedes_itself = Un total déclaré ne peut pas se remplacer lui-même. Nommez-en un autre.
remainder_does_not_sum = La part identifiée et le reste doivent faire ensemble le total déclaré { $declared }. Vérifiez les deux nombres.
remainder_unexplained = Il reste une part non identifiée. Dites pourquoi.
not_linked = Cet accord n’appartient pas à ce paquet. Vérifiez l’identifiant du paquet.
consent_already_expressed = Le consentement de { $party } à être liée est déjà inscrit. Rectifiez cette inscription si elle est fausse ; après une dénonciation, il peut être donné de nouveau.
share_above_hundred = Une part ne peut pas dépasser 100 pour cent. Vérifiez le nombre.
reservation_already_made = Une réserve portant l’identifiant { $reservation } est déjà inscrite, avec d’autres données. Rectifiez cette inscription, ou choisissez un autre identifiant.
reservation_unknown = Cet accord n’a pas de réserve { $reservation }. Inscrivez-la d’abord, ou vérifiez l’identifiant.
reservation_after_consent = { $party } avait consenti avant cette réserve. Dites qu’elle a été acceptée, si les autres parties l’ont fait ; sinon elle n’a pas lieu d’être.
own_reservation = { $party } a fait cette réserve et ne peut pas y objecter elle-même. Une autre partie doit le faire ; son auteur peut la retirer.
reservation_of_another = Cette réserve est de { $party } ; elle seule peut la retirer. Vous pouvez y objecter.
reservation_already_objected = Une objection de { $party } à cette réserve est déjà inscrite. Rectifiez cette inscription pour en changer le texte.
reservation_already_withdrawn = La réserve { $reservation } a été retirée. Annulez ce retrait par une rétractation si c’était une erreur.
entry_rule_already_set = La règle d’entrée en vigueur est déjà inscrite. Rectifiez cette inscription si elle est fausse, ou nommez l’amendement qui a changé la règle.
amendment_unknown = Il n’y a pas ici d’amendement { $amendment }. Inscrivez-le d’abord, ou vérifiez l’identifiant.
provisional_already_started = { $party } applique déjà l’accord à titre provisoire. Inscrivez-en d’abord la fin, ou ne la nommez pas.
provisional_not_started = { $party } n’applique pas l’accord à titre provisoire à cette date. Vérifiez la partie et la date.
not_provisional = Personne n’applique cet accord à titre provisoire. Inscrivez-en d’abord le début.
already_entered_into_force = Cette entrée en vigueur est déjà inscrite, avec d’autres données. Rectifiez cette inscription si elle est fausse.
registration_already_recorded = Un enregistrement sous le numéro { $number } est déjà inscrit. Rectifiez cette inscription si elle est fausse.
text_correction_already_proposed = Une correction du texte portant l’identifiant { $correction } est déjà inscrite, avec d’autres données. Choisissez un autre identifiant.
text_correction_unknown = Aucune correction du texte { $correction } n’a été proposée. Inscrivez d’abord la proposition, ou vérifiez l’identifiant.
text_correction_already_objected = Une objection de { $party } à cette correction est déjà inscrite. Rectifiez cette inscription pour en changer le motif.
text_correction_already_adopted = La correction du texte { $correction } a été adoptée. Rectifiez ou retirez cette inscription si elle est fausse.
objection_after_deadline = Les objections étaient possibles jusqu’au { $deadline }. Si elle a été faite à temps, donnez-en la date.
adopted_before_deadline = Les parties peuvent objecter jusqu’au { $deadline }. Adoptez la correction après ce jour.
objection_open = { $party } a objecté à cette correction. Proposez-en une autre, ou retirez l’objection si elle a été inscrite par erreur.
already_suspended = Cet accord est déjà suspendu. Inscrivez d’abord sa reprise.
not_suspended = Cet accord n’est pas suspendu à cette date. Vérifiez la date, ou inscrivez d’abord la suspension.
party_not_bound = { $party } n’est pas liée par cet accord : elle n’y a ni consenti ni apposé une signature qui lie. Inscrivez d’abord l’un ou l’autre.
withdrawal_already_notified = La dénonciation par { $party } est déjà inscrite. Rectifiez cette inscription si elle est fausse.
fate_named_twice = L’engagement { $commitment } figure deux fois. N’en gardez qu’une ligne.
supersedes_itself = Un accord ne peut pas se remplacer lui-même. Nommez celui qui lui succède.
agreement_already_ended = Cet accord a déjà pris fin. Rectifiez cette inscription si elle est fausse.
agreement_ended = Cet accord a pris fin le { $date }. Ce qui a eu lieu avant peut encore être inscrit : donnez-en la date.
revision_differs = Vous attendiez la version { $expected } de cet objet ; le registre a la version { $found }. Regardez ce qui a changé, puis renvoyez votre commande.

## Inscription

command_id_reused = Cet identifiant de commande a déjà servi pour un autre contenu. Envoyez une nouvelle commande sous un nouvel identifiant ; la première reste telle qu’elle fut inscrite.
busy = Le registre reçoit autant qu’il le peut. Rien n’a été inscrit ; renvoyez la même commande dans un instant.
entry_too_large = L’inscription dépasserait 65 535 octets. Raccourcissez ses textes.
entries_too_large = La commande inscrirait plus d’un mégaoctet d’un coup. Divisez-la en plusieurs commandes.
disk_full = Le disque du registre est plein. Rien n’a été inscrit ; prévenez l’exploitant, qui doit faire de la place.
read_only = Le registre peut être lu mais non écrit en ce moment. Rien n’a été inscrit ; prévenez l’exploitant.
log_unavailable = Le registre n’est pas joignable en ce moment. Renvoyez la même commande plus tard : si elle a tout de même été inscrite, elle ne le sera pas deux fois.
ledger_in_use = Le dossier de données est utilisé par un autre processus. Arrêtez ce processus, ou choisissez un autre dossier.
newer_version = Le registre a été écrit par une version plus récente de servanda. Installez cette version.
log_damaged = Le registre ne peut pas lire une de ses inscriptions. Prévenez l’exploitant ; rien n’a été changé.

## Accès

token_missing = Un jeton d’accès est nécessaire ici. Demandez-en un à votre administrateur et envoyez-le dans l’en-tête « Authorization: Bearer … ».
token_invalid = Ce jeton d’accès n’est pas valable : mal saisi, inconnu, révoqué ou expiré. Demandez-en un nouveau à votre administrateur.
user_disabled = Le compte lié à ce jeton est désactivé. Adressez-vous à votre administrateur.
scope_missing = Ce jeton { $scope ->
    [read] ne permet que de lire
   *[other] ne permet pas cela
} ; la requête demande le droit « { $needed } ». Demandez un autre jeton à votre administrateur.
not_your_party = Vous parlez ici pour { $party } et ne pouvez pas inscrire une déclaration de { $given }. Ne nommez pas la partie déclarante, ou adressez-vous à quelqu’un qui parle pour cette partie.
not_your_statement = Cette inscription est une déclaration de { $given } ; qui parle pour { $party } ne peut ni la rectifier ni la retirer. Vous pouvez la contester.
entry_of_nobody = Cette inscription ne nomme aucune partie déclarante ; le jeton d’une partie ne peut ni la rectifier ni la retirer. Adressez-vous à un administrateur.
foreign_origin = Cette requête vient d’un autre site et n’a pas été exécutée. Envoyez-la depuis les pages du registre ou depuis votre propre programme.

## Personnes, sessions et double contrôle

role_reads_only = Votre compte ne sert qu’à lire. Demandez à un administrateur le rôle de rédacteur.
verifier_only = Un vérificateur inscrit des vérifications, des évaluations et des justificatifs, et rien d’autre. Laissez ceci aux parties elles-mêmes.
two_persons_needed = Ce registre veut deux personnes pour cela : l’une propose, une autre de la même partie approuve. Connectez-vous aux pages et proposez-le là.
no_second_person = Personne d’autre de votre partie ne peut approuver ceci ; ce n’a donc pas été proposé. Demandez à un administrateur un compte avec le rôle de valideur.
own_proposal = Nul n’approuve ni ne renvoie ce qu’il a proposé lui-même. Une autre personne de votre partie doit l’examiner.
not_reviewer = Seul un valideur ou un administrateur décide d’une proposition. Adressez-vous à l’un d’eux dans votre partie.
in_proposers_place = Vous décidez à la place de la personne qui a proposé ceci, et nul ne décide de ce qu’il a proposé lui-même. Un autre valideur ou administrateur de votre partie doit l’examiner.
document_unknown = Cette proposition n’a pas de tel document avec une adresse à ouvrir. Rouvrez la proposition pour voir ses documents.
delegation_of_other = Seul celui qui décide, ou un administrateur, confie cette tâche ; y met fin celui qui l’a confiée, celui qui l’a reçue ou un administrateur. Adressez-vous à l’un d’eux.
delegation_giver = Cette personne ne décide pas des propositions et n’a rien à confier. Choisissez un valideur ou un administrateur.
delegation_taker = Cette tâche ne peut pas être confiée à cette personne. Choisissez un rédacteur de la même partie dont le compte est ouvert.
delegation_days = Choisissez un dernier jour qui n’est ni passé ni antérieur au premier, { $days } jours en tout au plus.
delegation_reason = Dites pourquoi cette tâche est confiée, en 500 octets au plus : le motif figure à côté des noms.
delegation_unknown = Il n’y a pas de telle délégation. Consultez leur liste.
proposal_of_other_party = Cette proposition est celle d’une autre partie. Seuls ses propres agents en décident.
not_proposer = Seule la personne qui l’a proposée peut retirer cette proposition. Vous pouvez la renvoyer avec un motif.
proposal_unknown = Cette proposition n’existe pas. Consultez la liste de ce qui attend une validation.
proposal_moved = Cette proposition a été tranchée entre-temps. Rouvrez-la pour voir ce qu’elle est devenue.
proposal_stale = L’objet de cette proposition a changé depuis qu’elle a été faite ; rien n’a donc été inscrit. Son auteur doit regarder l’état le plus récent et la proposer à nouveau.
proposal_differs = Ce n’est pas le texte qui a été proposé. Rouvrez la proposition, lisez-la et approuvez ce que vous voyez.
proposer_gone = Le compte de l’auteur de la proposition est fermé ou a changé de partie. Quelqu’un d’autre doit la proposer.
reason_missing = Dites pourquoi vous la renvoyez, en 8 000 octets au plus : son auteur le lira.
user_exists = Il existe déjà un compte « { $user } ». Choisissez un autre pseudonyme.
user_unknown = Il n’y a pas de compte « { $user } ». Consultez la liste des utilisateurs.
token_unknown = Ce jeton n’existe pas. Consultez la liste de vos jetons.
scope_above_role = Un jeton ne peut pas permettre plus que le rôle de son utilisateur. Choisissez une portée plus petite.
password_short = Le mot de passe est trop court. Prenez au moins { $characters } caractères ; quelques mots que vous retenez ensemble conviennent.
password_long = Le mot de passe dépasse 512 octets. Prenez-en un plus court.
password_wrong = Ce n’est pas votre mot de passe actuel. Réessayez.
password_repeat = Les deux nouveaux mots de passe diffèrent. Saisissez le nouveau deux fois.
sign_in_needed = Connectez-vous pour voir cette page.
sign_in_wrong = Le nom ou le mot de passe est faux, ou le compte est fermé. Réessayez, ou demandez un nouveau mot de passe à un administrateur.
sign_in_wait = Il y a eu trop de tentatives. Attendez { $seconds } secondes et réessayez.
sign_in_busy = Trop de personnes se connectent en ce moment. Attendez un instant et réessayez.
role_missing = Cette page n’est pas pour votre rôle. Adressez-vous à un administrateur si vous en avez besoin.
label_missing = Ceci ne peut être vide ni dépasser 200 octets. Écrivez quelques mots.
choice_missing = Choisissez l’une des possibilités proposées.
webhook_unknown = Il n’y a pas de tel webhook. Consultez leur liste.
webhook_address = Ce n’est pas une adresse d’envoi : elle commence par https://, par http:// seulement pour cette machine même, et ne contient ni nom ni mot de passe. Vérifiez-la.
webhook_host = L’hôte de cette adresse n’est pas parmi ceux que l’exploitant du registre autorise. Demandez-lui de l’ajouter au réglage webhooks.hosts.
webhooks_too_many = Il y a déjà { $max } webhooks. Supprimez-en un dont personne n’a besoin.
last_administrator = C’est le dernier administrateur qui puisse se connecter. Nommez d’abord un autre administrateur.

## L’interface

route_unknown = Il n’y a rien à l’adresse { $path }. Les adresses figurent dans /openapi.json.
method_not_allowed = { $method } n’est pas possible ici ; { $allowed } l’est. Les faits ne se modifient jamais sur place : une rectification est une nouvelle commande.
unsupported_type = Le type de contenu « { $given } » n’est pas accepté ici. Envoyez { $allowed }.
body_too_large = La requête dépasse { $limit } octets. Envoyez-la en plusieurs parties.
body_unreadable = La requête s’est interrompue avant sa fin. Renvoyez-la.
not_found = Le registre ne contient { $kind ->
    [party] pas de partie
    [package] pas de paquet
    [agreement] pas d’accord
    [indicator] pas d’indicateur
    [sector] pas de secteur
   *[commitment] pas d’engagement
} « { $id } » aux dates demandées. Vérifiez l’identifiant, « as_of » et « known_at ».
prospect_without_figures = « { $id } » est un projet à l’étude aux dates demandées : rien n’est encore promis, il n’est jamais compté comme promis et n’a donc pas de chiffres. Lisez-le sous /api/v1/commitments/{ $id }, ou redemandez quand il sera devenu un engagement.
entry_not_found = Le journal n’a pas d’inscription à la position { $position } ; il finit à { $head }.
no_checkpoint = Le registre n’a pas encore de point de contrôle signé, car son journal n’est pas gardé dans un fichier ou a été ouvert la dernière fois par une version sans points de contrôle. Ouvrez-le avec cette version pour y inscrire, puis demandez de nouveau.
tile_not_found = Il n’y a pas de tuile « { $tile } ». Les tuiles sont nommées comme le dit C2SP tlog-tiles et vont jusqu’au dernier point de contrôle ; demandez d’abord /checkpoint.
unknown_parameter = Le paramètre « { $name } » n’est pas connu ici. Sont possibles : { $allowed }.
parameter_twice = Le paramètre « { $name } » est donné deux fois. N’en gardez qu’un.
bad_parameter = Le paramètre « { $name } » ne peut pas valoir « { $value } ». Valeur attendue : { $expected }.
parameter_missing = Le paramètre « { $name } » manque. Ajoutez-le à l’adresse.
bad_header = L’en-tête « { $name } » ne peut pas valoir « { $value } ». Valeur attendue : { $expected }.
bad_page_token = Ce jeton de page ne vaut pas pour ces filtres. Recommencez à la première page.
comparison_reversed = L’état demandé par « from » est postérieur à celui de « to ». Échangez les deux.
position_ahead = La position { $position } est en avance sur le registre, qui finit à { $head }. Demandez une position jusqu’à celle-là, ou attendez-la avec « wait_for ».
not_yet_applied = Les pages n’ont pas atteint la position { $position } en { $seconds } secondes. Redemandez dans un instant.
idempotency_key_differs = L’en-tête « Idempotency-Key » et le champ « command_id » nomment des identifiants différents. N’envoyez que l’un des deux, ou le même dans les deux.
revision_twice = L’en-tête « If-Match » et le champ « expected_revision » nomment des versions différentes. N’envoyez que l’un des deux.
one_command_only = L’en-tête « { $name } » ne va qu’avec une seule commande. Dans une liste, écrivez-le dans chaque commande.
line_empty_body = La requête ne contient aucune commande. Envoyez un objet JSON, ou un par ligne.
timeout = La réponse a pris trop de temps et a été abandonnée. Redemandez ; une commande renvoyée sous le même identifiant n’est jamais inscrite deux fois.
shutting_down = Le service est en cours d’arrêt. Renvoyez la requête dans un instant.
starting = Le service démarre et reprend ce qui est inscrit. Renvoyez la requête dans un instant.
internal = La requête n’a pas pu être exécutée par notre faute. Indiquez à l’exploitant le numéro de cette requête.
projection_unavailable = Les pages ne peuvent pas être lues en ce moment. L’inscription continue ; redemandez dans un instant.

## Avertissements qui figurent dans une inscription

flag-no_org_id = Cette partie n’a pas de numéro d’un registre public.
flag-party_unknown = Une partie nommée ici n’est pas enregistrée.
flag-no_anchor_date = Le jour de cette annonce n’est pas donné, si bien que des mots comme « cette année » n’ont pas de sens.
flag-breakdown_does_not_sum = La somme des parts ne donne pas le total déclaré.
flag-legal_effect_inferred = Le caractère obligatoire n’a été lu que dans le titre.
flag-signed_after_effect = La signature est postérieure à la date d’effet indiquée.
flag-signed_outside_package = La signature n’a pas eu lieu le jour de l’annonce du paquet.
flag-package_unknown = Le paquet nommé ici n’est pas dans le registre.
flag-agreement_unknown = L’accord nommé ici n’est pas dans le registre.
flag-umbrella_unknown = Le cadre nommé ici n’est pas dans le registre : ce qui est inscrit ici est compté pour soi.
flag-agreement_not_signed = L’accord n’avait pas de signature inscrite à la date de ce fait.
flag-split_part_differs = L’engagement qui aurait été divisé ne nomme pas cette part, ou lui donne un autre montant ou un autre poids.
flag-no_planned_end = Aucune date d’achèvement n’est donnée.
flag-end_before_start = La fin prévue précède le début prévu.
flag-no_due_date = Ce jalon n’a pas d’échéance et ne peut jamais être en retard.
flag-late_reschedule = La date a été déplacée après le passage de l’ancienne.
flag-before_signature = Le résultat est antérieur à la signature de l’accord.
flag-no_evidence = Aucun document n’appuie cette déclaration.
flag-currency_differs = La devise diffère de celle de l’engagement, et aucun taux n’est inscrit.
flag-above_committed = On a versé plus que ce qui était engagé.
flag-no_funds_committed = De l’argent a été versé sans engagement de fonds inscrit.
flag-confirmation_lapses = Les confirmations données avant cette rectification ne comptent plus.
flag-late_report = Inscrit après la fin, pour un moment antérieur.
flag-paid_after_fulfilment = Payé après que l’engagement a été déclaré tenu.
flag-open_milestones = Des jalons étaient encore ouverts.
flag-nothing_confirmed = Rien n’avait été confirmé par une autre partie ni vérifié.
flag-not_agreed_by_all = Toutes les parties ne sont pas nommées comme ayant donné leur accord.
flag-progress_falls = Il y a moins de fait que rapporté auparavant.
flag-schedule_above_committed = Il est prévu de verser plus qu’il n’a été engagé.
flag-same_hash_other_url = Le même document figure déjà sous une autre adresse.
flag-status_disagrees = La source dit autre chose que ce qui découle des faits.
flag-period_overlaps = La période en recouvre une autre de la même source.
flag-consent_before_signature = La partie a consenti à être liée avant de signer.
flag-already_in_force = L’accord est alors déjà en vigueur ; l’application provisoire n’a plus lieu d’être.
flag-entry_date_differs_from_rule = La règle de l’accord donne une autre date d’entrée en vigueur.
flag-entry_before_signature = L’entrée en vigueur est antérieure à la signature.
flag-registered_before_entry = L’enregistrement est antérieur à l’entrée en vigueur.
flag-amended_by_fewer_parties = Moins de parties ont signé l’amendement que l’accord.
flag-notice_too_short = La dénonciation prend effet avant la fin du préavis.

## La page d’accueil

page-motto = Le registre des engagements entre États
page-demo = Certaines de ces inscriptions sont inventées, pour montrer le programme. Elles portent la mention « démonstration ».
page-demo-mark = démonstration
page-form = Une autre date, ou ce qu’on savait plus tôt
page-as-of = Ce qui était à cette date
page-known-at = Su à cette inscription ou à ce moment
page-known-at-hint = Par exemple 17 ou 2025-03-31T09:00:00Z. Vide : maintenant.
page-show = Afficher
page-place = Lieu
page-all-documents = Tous les documents
page-scope-ambiguous = La source peut se lire de deux façons : elle ne dit pas clairement quels documents le montant couvre. Il n’est pas réparti entre les documents.
page-not-measurable = non mesurable
page-milestone = Jalon
page-due-first = Première échéance
page-due-now = Échéance actuelle
page-days-late = Jours de retard
page-achieved-of = { $achieved } sur { $planned }
page-indicators = Indicateurs
page-indicator = Indicateur
page-period = Période
page-value = Valeur
page-source = Source d’information
page-entry = Inscription
page-recorded = Inscrit
page-what = Quoi
page-reported-by = Déclaré par
page-interface = Description de l’interface
page-proof = Les faits ne se modifient jamais ici. Une erreur se rectifie par une nouvelle inscription, et les deux restent lisibles.
page-problem = Problème

class-intergovernmental = Intergouvernementaux
class-interdepartmental = Interministériels
class-commercial = Commerciaux
class-declaration = Déclarations
class-unknown = Classe inconnue
unit-rank = rang { $value }

qualifier-exact = { $value }
qualifier-about = environ { $value }
qualifier-up_to = jusqu’à { $value }
qualifier-at_least = au moins { $value }

event-PartyRegistered = Partie enregistrée
event-PartiesMerged = Parties fusionnées
event-PackageAnnounced = Paquet annoncé
event-DeclaredTotalRecorded = Total déclaré inscrit
event-DeclaredTotalSuperseded = Total déclaré remplacé
event-DeclaredTotalReconciled = Total déclaré rapproché
event-AgreementRegistered = Accord enregistré
event-AgreementSigned = Accord signé
event-AgreementLinkedToPackage = Accord rattaché à son paquet
event-AgreementUnlinkedFromPackage = Accord détaché de son paquet
event-ConsentToBeBoundExpressed = Consentement à être lié exprimé
event-ReservationMade = Réserve faite
event-ReservationObjected = Objection à une réserve
event-ReservationWithdrawn = Réserve retirée
event-EntryIntoForceRuleSet = Règle d’entrée en vigueur fixée
event-ProvisionalApplicationStarted = Application provisoire commencée
event-ProvisionalApplicationEnded = Application provisoire terminée
event-AgreementEnteredIntoForce = Accord entré en vigueur
event-TreatyRegistrationRecorded = Traité enregistré
event-AgreementAmended = Accord amendé
event-AgreementTextCorrectionProposed = Correction du texte proposée
event-AgreementTextCorrectionObjected = Objection à une correction du texte
event-AgreementTextCorrectionAdopted = Correction du texte adoptée
event-AgreementSuspended = Accord suspendu
event-AgreementResumed = Accord repris
event-WithdrawalNotified = Dénonciation notifiée
event-AgreementTerminated = Accord résilié
event-AgreementExpired = Accord expiré
event-AgreementSuperseded = Accord remplacé par un autre
event-ProspectNoted = Projet à l’étude noté
event-CommitmentMade = Engagement pris
event-MilestonePlanned = Jalon planifié
event-MilestoneRebaselined = Jalon déplacé
event-MilestoneAchieved = Jalon atteint
event-MilestoneCancelled = Jalon annulé
event-FundsCommitted = Fonds engagés
event-FundsDisbursed = Fonds versés
event-FundsReturned = Fonds rendus
event-ClaimConfirmed = Déclaration confirmée
event-ClaimDisputed = Déclaration contestée
event-CommitmentPromoted = Projet devenu engagement
event-CommitmentAmended = Engagement modifié
event-CommitmentSplit = Engagement divisé
event-CommitmentsMerged = Engagements réunis
event-CommitmentSuspended = Engagement suspendu
event-CommitmentResumed = Engagement repris
event-CommitmentCancelled = Engagement annulé
event-CommitmentFulfilled = Engagement tenu
event-ConditionAdded = Condition ajoutée
event-ConditionSatisfied = Condition remplie
event-ConditionWaived = Renonciation à une condition
event-MilestoneProgressReported = Avancement d’un jalon rapporté
event-MilestoneMissed = Jalon manqué
event-MilestoneReopened = Jalon rouvert
event-FundsCommitmentAdjusted = Fonds engagés ajustés
event-DisbursementScheduled = Versement prévu
event-DisputeResolved = Issue d’une contestation
event-ClaimVerified = Déclaration vérifiée
event-EvidenceAttached = Document joint
event-EvidenceUnavailable = Document introuvable
event-AssessmentRecorded = Évaluation inscrite
event-SourceStatusAsserted = État selon une source
event-IndicatorDefined = Indicateur défini
event-IndicatorObserved = Indicateur observé
event-ExchangeRateRecorded = Taux de change inscrit
event-LogKeyRotated = Clé du journal remplacée
event-EntryCorrected = Inscription rectifiée
event-EntryRetracted = Inscription retirée
