# Words that the components say by themselves, where a page gives none.

component-back = Retour
component-breadcrumbs = Fil d’Ariane
component-previous = Précédente
component-previous-page = (page)
component-next = Suivante
component-next-page = (page)
component-pagination = Pages
component-page-number = Page { $number }
component-warning = Attention
component-success = Réussi
component-important = Important
component-error = Erreur
component-show = Afficher
component-show-password = Afficher le mot de passe
component-language = Langue
component-menu = Menu
component-service = Informations sur le service
component-day = Jour
component-month = Mois
component-year = Année
