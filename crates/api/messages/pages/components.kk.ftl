# Words that the components say by themselves, where a page gives none.

component-back = Артқа
component-breadcrumbs = Бетке дейінгі жол
component-previous = Алдыңғы
component-previous-page = бет
component-next = Келесі
component-next-page = бет
component-pagination = Беттер
component-page-number = { $number }-бет
component-warning = Назар аударыңыз
component-success = Орындалды
component-important = Маңызды
component-error = Қате
component-show = Көрсету
component-show-password = Құпиясөзді көрсету
component-language = Тіл
component-menu = Мәзір
component-service = Қызмет туралы мәлімет
component-day = Күні
component-month = Айы
component-year = Жылы
