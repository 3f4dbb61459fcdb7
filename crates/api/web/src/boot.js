// Before anything is drawn: says that scripts run, so that nothing moves when they begin their work.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
