// Explorers: a slider or a list for each setting of a table of drawings. Without this script the still picture is all.

let named = 0;

// A control with its name. `read` gives the place of its value.
function controlOf({ name, values, start, is_choice }, changed) {
  const label = document.createElement("label");
  const field = document.createElement(is_choice ? "select" : "input");
  const said = document.createElement("output");
  field.id = `explorer-${++named}`;
  label.htmlFor = said.htmlFor = field.id;
  label.textContent = name;
  if (is_choice) field.append(...values.map((value, place) => new Option(value, place)));
  else Object.assign(field, { type: "range", min: 0, max: values.length - 1, step: 1 });
  field.value = start;

  function read() {
    const value = values[field.value];
    if (!is_choice) {
      said.textContent = value;
      field.setAttribute("aria-valuetext", value);
    }
    return Number(field.value);
  }

  field.addEventListener("input", changed);
  const parts = is_choice ? [label, field] : [label, field, said];
  return { parts, read };
}

function explore(figure) {
  const table = JSON.parse(figure.querySelector("script").textContent);
  const controls = table.controls.map((control) => controlOf(control, show));
  const settings = document.createElement("div");
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const caption = document.createElement("figcaption");
  settings.className = "settings";
  caption.setAttribute("aria-live", "polite");
  drawing.setAttribute("viewBox", `0 0 ${table.size.join(" ")}`);
  drawing.setAttribute("width", table.size[0]);
  drawing.setAttribute("role", "img");
  settings.append(...controls.flatMap((control) => control.parts));

  // Of the places the last one changes fastest, as the figures of a number do.
  function show() {
    const place = controls.reduce((sum, control, i) => sum * table.controls[i].values.length + control.read(), 0);
    const frame = table.frames[place];
    drawing.innerHTML = table.backdrop + frame.drawing;
    drawing.setAttribute("aria-label", frame.words);
    caption.textContent = frame.words;
  }

  figure.append(settings, drawing, caption);
  figure.hidden = false;
  show();
}

document.querySelectorAll("figure.explorer").forEach(explore);
