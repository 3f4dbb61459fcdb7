# Ce qui entoure chaque page : navigation, bandeaux, pied de page ; et la façon de dire les dates.

nav-label = Pages
nav-skip = Aller au contenu
nav-dashboard = Tableau de bord
nav-work = Mon travail
nav-agreements = Accords
nav-commitments = Engagements
nav-overdue = En retard
nav-parties = Parties
nav-packages = Paquets
nav-analysis = Analyse
nav-data = Données
nav-search = Recherche
nav-as-of = Regarder une autre date
nav-user = Session de { $user }

past-title = Le passé
past-as-of = Vous regardez l’état au { $date }. Rien ne peut être inscrit ici.
past-known-at = Vous regardez l’état au { $date }, tel qu’on le connaissait à l’inscription { $position }. Rien ne peut être inscrit ici.
past-known-at-time = Vous regardez l’état au { $date }, tel qu’on le connaissait le { $time }. Rien ne peut être inscrit ici.
past-back = Revenir à aujourd’hui

footer-label = À propos de ce service
footer-help = Aide et glossaire
footer-accessibility = Accessibilité
footer-licences = Licences des caractères et des composants

date-quarter = T{ $quarter } { $year }
date-about = { $date } environ

form-error-prefix = Erreur :
form-problem = Il y a un problème
form-continue = Continuer
form-check = Vérifiez vos réponses
form-change = Modifier
form-closed-past = Rien ne peut être inscrit pendant que vous regardez le passé. Revenez d’abord à aujourd’hui.
