// Charts are drawn for the width of the window; paper is narrower. Before printing every chart becomes one that scales,
// and afterwards it is what it was. Folds with tables open. A dark theme is marked, so that the style sheet can print it dark on white.
(() => {
  if (window.zhundianPrints) return;
  window.zhundianPrints = true;
  let undo = [];

  const change = (element, style) => {
    const before = element.style.cssText;
    undo.push(() => { element.style.cssText = before; });
    for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value, "important");
  };

  const fit = (box) => {
    const width = box.offsetWidth, height = box.offsetHeight;
    if (!width || !height) return;
    for (const svg of box.querySelectorAll(":scope .main-svg")) {
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      undo.push(() => svg.removeAttribute("viewBox"));
      change(svg, { width: "100%", height: "100%" });
    }
    change(box, { width: "100%", height: "auto", "aspect-ratio": `${width} / ${height}` });
    for (let parent = box.parentElement; parent && parent.dataset.testid !== "stVerticalBlock"; parent = parent.parentElement) {
      change(parent, { width: "100%", height: "auto", "min-height": "0", flex: "0 1 auto" });
      if (parent.dataset.testid === "stElementContainer") break;
    }
  };

  const isDark = () => {
    const app = document.querySelector(".stApp");
    const shades = app ? getComputedStyle(app).backgroundColor.match(/\d+/g) : null;
    return shades ? shades.slice(0, 3).reduce((sum, shade) => sum + Number(shade), 0) < 384 : false;
  };

  window.addEventListener("beforeprint", () => {
    document.documentElement.classList.toggle("dark-on-screen", isDark());
    document.querySelectorAll("details:not([open])").forEach((fold) => {
      if (!fold.querySelector(".on-paper")) return;
      fold.open = true;  // a list that is folded on the screen is whole on paper
      undo.push(() => { fold.open = false; });
    });
    document.querySelectorAll(".js-plotly-plot .svg-container").forEach(fit);
  });
  window.addEventListener("afterprint", () => {
    undo.reverse().forEach((step) => step());
    undo = [];
  });
})();
