// A slider above the field of a date: either moves the other. It counts days from the first to the last that it reaches;
// what it stands at is said as the page's language writes dates, by a pattern for each month that the page brings along.
// Without scripts there is the field alone.
const place = document.querySelector(".app-slider");
const field = document.getElementById("as_of");

if (place && field) {
  const slider = place.querySelector("input");
  const shown = place.querySelector("p");
  const day = 24 * 60 * 60 * 1000;
  const first = Date.parse(place.dataset.first);
  const days = (date) => Math.round((Date.parse(date) - first) / day);
  const date = (count) => new Date(first + count * day);
  const months = place.dataset.dates.split("|");
  const written = (date) => {
    const parts = { 2001: date.getUTCFullYear(), 22: date.getUTCDate() };
    return months[date.getUTCMonth()].replace(/2001|22/g, (part) => parts[part]);
  };
  const tell = () => {
    const words = written(date(Number(slider.value)));
    slider.setAttribute("aria-valuetext", words);
    shown.textContent = words;
  };
  slider.max = String(Math.max(days(place.dataset.last), 0));
  const follow = () => {
    const count = days(field.value);
    if (!Number.isNaN(count)) slider.value = String(count);
    tell();
  };
  slider.addEventListener("input", () => {
    field.value = date(Number(slider.value)).toISOString().slice(0, 10);
    tell();
  });
  field.addEventListener("input", follow);
  follow();
  place.hidden = slider.max === "0";
}
