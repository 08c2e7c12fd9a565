// Remembers the language in the address (#lang=zh&at=labels) and begins with the browser's own.
(function () {
  "use strict";
  var radios = { en: document.getElementById("lang-en"), zh: document.getElementById("lang-zh") };
  function read() {
    var found = {};
    location.hash.slice(1).split("&").forEach(function (part) {
      var pair = part.split("=");
      if (pair.length === 1 && pair[0]) found.at = pair[0];
      if (pair.length === 2) found[pair[0]] = pair[1];
    });
    return found;
  }
  function use(language) {
    radios[language].checked = true;
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  }
  function write(language, at) {
    var hash = "#lang=" + language + (at ? "&at=" + at : "");
    try { history.replaceState(null, "", hash); } catch (refused) { location.hash = hash; }
  }
  function go(at) {
    var place = at && document.getElementById(at);
    if (place) place.scrollIntoView();
  }
  function spoken() { return radios.zh.checked ? "zh" : "en"; }
  var start = read();
  use(radios[start.lang] ? start.lang : /^zh/i.test(navigator.language || "") ? "zh" : "en");
  go(start.at);
  Object.keys(radios).forEach(function (language) {
    radios[language].addEventListener("change", function () { use(language); write(language, read().at); });
  });
  document.querySelectorAll("nav a").forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      var at = link.getAttribute("href").slice(1);
      write(spoken(), at);
      go(at);
    });
  });
  window.addEventListener("hashchange", function () {
    var now = read();
    if (radios[now.lang]) use(now.lang);
    go(now.at);
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.reason, #certificate details").forEach(function (each) { each.open = true; });
  });
})();
