# Words that the components say by themselves, where a page gives none.

component-back = Back
component-breadcrumbs = Breadcrumb
component-previous = Previous
component-previous-page = page
component-next = Next
component-next-page = page
component-pagination = Pagination
component-page-number = Page { $number }
component-warning = Warning
component-success = Success
component-important = Important
component-error = Error
component-show = Show
component-show-password = Show password
component-language = Language
component-menu = Menu
component-service = Service information
component-day = Day
component-month = Month
component-year = Year
