// Says which language the page speaks, and puts Streamlit's own words on tool bars and tooltips into it.
(() => {
  document.documentElement.lang = "LANGUAGE";
  const words = "WORDS";
  const places = [
    "[data-testid=stElementToolbar]", "[data-testid=stTooltipContent]", "[role=tooltip]", "[data-testid=stSidebarHeader]",
    "[data-testid=stExpandSidebarButton]", "[data-testid=stMainMenu]", "[data-testid=stDataFrame] .gdg-search-bar",
    "[data-testid=stFullScreenFrame] > button", "[data-testid=InputInstructions]", "[data-baseweb=popover]", "[role=listbox]",
    "[data-testid=stDateInput]", "[data-testid=stDateTimeInput]",
  ].join(", ");

  const say = (element) => {
    for (const name of ["aria-label", "placeholder", "title"]) {
      const said = words[element.getAttribute(name)?.trim()];
      if (said) element.setAttribute(name, said);
    }
    for (const node of element.childNodes) {
      const said = node.nodeType === Node.TEXT_NODE && words[node.nodeValue.trim()];
      if (said) node.nodeValue = said;
    }
  };
  const sayAll = (root) => {
    if (!(root instanceof Element)) return;
    const within = root.closest(places) ? [root] : root.querySelectorAll(places);
    for (const place of within) {
      say(place);
      place.querySelectorAll("*").forEach(say);
    }
  };

  window.zhundianWords?.disconnect();
  sayAll(document.body);
  window.zhundianWords = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") sayAll(change.target.parentElement);
      change.addedNodes.forEach((node) => sayAll(node instanceof Element ? node : node.parentElement));
    }
  });
  window.zhundianWords.observe(document.body, { childList: true, characterData: true, subtree: true });
})();
