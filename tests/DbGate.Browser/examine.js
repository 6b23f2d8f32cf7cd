() => {
  const faults = [];
  const closed = [...document.querySelectorAll('details:not([open])')];
  for (const details of closed) details.open = true;

  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) faults.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${width}`);
  for (const element of document.body.querySelectorAll('*:not(svg *)')) {
    const box = element.getBoundingClientRect();
    if (box.width > 0 && box.right > width + 1) { faults.push(`beyond the right edge: ${element.tagName}.${element.className}`); break; }
  }

  const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(heading => Number(heading.tagName[1]));
  if (levels[0] !== 1 || levels.filter(level => level === 1).length !== 1) faults.push(`headings begin with ${levels[0]}, ${levels.filter(level => level === 1).length} of the first level`);
  levels.forEach((level, index) => { if (index > 0 && level > levels[index - 1] + 1) faults.push(`heading ${index} jumps from ${levels[index - 1]} to ${level}`); });

  if (document.scripts.length > 0) faults.push('has a script');
  for (const element of document.querySelectorAll('*'))
    for (const attribute of element.attributes) {
      if (attribute.name.startsWith('on') || attribute.name === 'style') faults.push(`has the attribute ${attribute.name}`);
      if (['href', 'src'].includes(attribute.name) && !/^(#|data:,|\/admin)/.test(attribute.value)) faults.push(`refers to ${attribute.value}`);
    }

  const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
  if (new Set(ids).size !== ids.length) faults.push('an id twice');
  for (const link of document.querySelectorAll('a[href^="#"]')) if (!document.getElementById(link.hash.slice(1))) faults.push(`no target for ${link.hash}`);
  for (const picture of document.querySelectorAll('svg')) if (!picture.getAttribute('aria-hidden') && !picture.getAttribute('aria-label')) faults.push('a picture without words');
  for (const named of document.querySelectorAll('[aria-labelledby]')) if (!document.getElementById(named.getAttribute('aria-labelledby'))) faults.push('a label that is not there');

  const channels = color => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const seen = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || element.closest('.skip, title') || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const front = channels(element.closest('svg') ? style.fill : style.color);
    const [a, b] = [light(front), light(behind(element))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    const key = `${element.tagName}.${element.className?.baseVal ?? element.className}`;
    if (ratio < (large ? 3 : 4.5) && !seen.has(key)) { seen.add(key); faults.push(`contrast ${ratio.toFixed(2)}: ${key}`); }
  }
  for (const bar of document.querySelectorAll('rect:not(.track), polyline')) {
    const style = getComputedStyle(bar);
    const [a, b] = [light(channels(bar.tagName === 'polyline' ? style.stroke : style.fill)), light(behind(bar.closest('svg').parentElement))].sort((x, y) => y - x);
    const key = `bar ${bar.className.baseVal}`;
    if ((a + 0.05) / (b + 0.05) < 3 && !seen.has(key)) { seen.add(key); faults.push(`contrast ${((a + 0.05) / (b + 0.05)).toFixed(2)}: ${key}`); }
  }
  for (const details of closed) details.open = false;
  return faults;
}
