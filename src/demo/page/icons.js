// The page's own icons: strokes on a grid of 20.

const PATHS = {
  calendar: "M4 5h12v11.500H4zM4 8.500h12M7 3v3M13 3v3",
  download: "M10 3.500v9M6 9l4 4 4-4M4 16.500h12",
  file: "M5 2.500h6.500L15.500 6.500v11H5zM11.500 2.500v4h4",
  ticket: "M3 6.500h14v2.200a1.500 1.500 0 0 0 0 2.800v2.200H3v-2.200a1.500 1.500 0 0 0 0-2.800zM12 6.500v7.200",
  post: "M4 4h12v9H9l-3.500 3.500V13H4z",
  hash: "M7.5 3 6 17M14 3l-1.500 14M3.500 7.500h13.500M3 12.500h13.500",
  sun: "M10 6.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM10 1.500v2M10 16.500v2M1.500 10h2M16.500 10h2M4 4l1.400 1.400M14.600 14.600 16 16M16 4l-1.400 1.400M5.400 14.600 4 16",
  moon: "M16.500 12A7 7 0 0 1 8 3.500 7 7 0 1 0 16.500 12z",
  dots: "M4.500 10h.01M10 10h.01M15.500 10h.01",
  menu: "M3 5.500h14M3 10h14M3 14.500h14",
  plus: "M10 4v12M4 10h12",
  close: "M5 5l10 10M15 5 5 15",
  eye: "M2 10s3-5.500 8-5.500S18 10 18 10s-3 5.500-8 5.500S2 10 2 10zM10 7.800a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 0 1 0-4.400z",
  people: "M7.500 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.500c.500-3 2.700-4.500 5.500-4.500s5 1.500 5.500 4.500M13 4.300a3 3 0 0 1 0 5.500M15 12.300c1.700.600 2.700 2 3 4.200",
  clock: "M10 2.500a7.500 7.500 0 1 1 0 15 7.500 7.500 0 0 1 0-15zM10 6v4.300l2.800 1.700",
  mic: "M10 2.500a2.500 2.500 0 0 1 2.500 2.500v4.500a2.500 2.500 0 0 1-5 0V5A2.500 2.500 0 0 1 10 2.500zM4.500 9.500a5.500 5.500 0 0 0 11 0M10 15v2.500",
  send: "M3 10 17 3.500 12.500 17l-3-5.500L3 10zM9.500 11.500 17 3.500",
  link: "M11 4h5v5M16 4l-7.500 7.500M13.500 11.500V16H4V6.500h4.500",
  trash: "M4 5.500h12M8 5.500V3.500h4v2M5.500 5.500l.800 11h7.400l.800-11",
  power: "M10 2.500v7M5.500 5.300a6.500 6.500 0 1 0 9 0",
  corner: "M4 16V9.500A3.500 3.500 0 0 1 7.500 6H17",
};

/** An icon that stands for nothing by itself: the words beside it or its button's label do. */
export function icon(name, size = 18) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  node.setAttribute("viewBox", "0 0 20 20");
  node.setAttribute("width", size);
  node.setAttribute("height", size);
  node.setAttribute("aria-hidden", "true");
  node.classList.add("icon");
  const path = document.createElementNS(node.namespaceURI, "path");
  path.setAttribute("d", PATHS[name]);
  node.append(path);
  return node;
}
